package io.keymoor.systemtests.kms;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NewNode;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.RootKeyWish;
import io.keymoor.kms.store.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A KMS of two nodes on one PostgreSQL, each behind a {@link Wire}: Keymoor's own, in this process,
 * over real TCP and TLS. Not thread-safe.
 */
public final class KmsPair implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LONG_AGO = Duration.ofDays(1000);

  private final Path directory;
  private final EmbeddedDatabase database;
  private final Ways ways = new Ways(Wire.laid(), Wire.laid());
  private final List<Ways> others = new ArrayList<>();
  private final List<KmsNode> nodes = new ArrayList<>();
  private final List<Impostor> impostors = new ArrayList<>();
  private final KmsAdministrator administrator;

  private KmsPair(Path directory, EmbeddedDatabase database) {
    this.directory = directory;
    this.database = database;
    start("kms1", ways.first());
    start("kms2", ways.second());
    this.administrator =
        new KmsAdministrator(
            NodeSettings.read(directory.resolve("kms1")), database, nodes.getFirst().kmip());
  }

  /** Starts both, with all they keep below {@code directory}. */
  public static KmsPair started(Path directory) {
    EmbeddedDatabase database = EmbeddedDatabase.start(directory.resolve("postgres"), RANDOM);
    return new KmsPair(directory, database);
  }

  private void start(String name, Wire wire) {
    KmsNode node = KmsNode.start(settings(name, wire), CLOCK, RANDOM);
    nodes.add(node);
    wire.leadTo(node.kmip());
  }

  private NodeSettings settings(String name, Wire wire) {
    Path home = directory.resolve(name);
    try {
      Path passphrase = Files.writeString(directory.resolve("passphrase"), "of the test");
      Path password =
          Files.writeString(directory.resolve("db-password"), database.address().password());
      NewNode.create(
          new NewNode.Wish(
              home,
              name,
              "127.0.0.1:0",
              List.of(wire.host(), "127.0.0.1"),
              "127.0.0.1:0",
              new RootKeyWish.Passphrase(Optional.of(passphrase)),
              Optional.of(
                  new NodeSettings.SharedDatabase(
                      database.address().url(), database.address().user(), password))),
          CLOCK,
          RANDOM);
      return NodeSettings.read(home);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The way to the first node. */
  public Wire first() {
    return ways.first();
  }

  /** The way to the second node. */
  public Wire second() {
    return ways.second();
  }

  /** The ways to both nodes. */
  public Ways ways() {
    return ways;
  }

  /** Ways of another client to both nodes, which suffer nothing that those of the first do. */
  public Ways otherWays() {
    Ways other = ways.another();
    others.add(other);
    return other;
  }

  /** The same is wrong with both ways. */
  public void suffer(WireFault fault) {
    ways.suffer(fault);
  }

  /** Its administrator. */
  public KmsAdministrator administrator() {
    return administrator;
  }

  /** The file with the certificate of its authority, in PEM. */
  public Path authorityFile() {
    return directory.resolve("kms1").resolve("ca.pem");
  }

  /** Somebody who has the wires' addresses, and a certificate of an authority of his own. */
  public WireFault wrongTrust() {
    CertificateAuthority other = CertificateAuthority.create("Another KMS", CLOCK, RANDOM);
    return divertedTo(other.newServerIdentity("kms", names()));
  }

  /** The right authority's certificate, past its end. */
  public WireFault expiredCertificate() {
    CertificateAuthority longAgo = administrator.authorityAt(() -> Instant.now().minus(LONG_AGO));
    return divertedTo(longAgo.newServerIdentity("kms", names()));
  }

  private List<String> names() {
    return ways.wires().stream().map(Wire::host).toList();
  }

  private WireFault divertedTo(TlsIdentity identity) {
    Impostor impostor = Impostor.showing(identity);
    impostors.add(impostor);
    return new WireFault.Diverted(impostor.address());
  }

  /** The fingerprint of the certificate of each node, in their order. */
  public List<String> fingerprints() {
    return List.of("kms1", "kms2").stream()
        .map(name -> {
          try {
            return CertificateAuthority.fingerprint(
                Pem.certificate(Files.readString(directory.resolve(name).resolve("server.pem"))));
          } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
          }
        })
        .toList();
  }

  @Override
  public void close() {
    impostors.forEach(Impostor::close);
    ways.close();
    others.forEach(Ways::close);
    administrator.close();
    nodes.forEach(KmsNode::close);
    database.close();
  }
}
