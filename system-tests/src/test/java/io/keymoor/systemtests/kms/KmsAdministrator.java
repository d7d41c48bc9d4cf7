package io.keymoor.systemtests.kms;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.RevocationReason;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.node.Registration;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.EmbeddedDatabase;
import io.keymoor.kms.store.KeyTable;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The administrator of a KMS, who lets clients in and out and ends keys, and does not ask the
 * manager. Not thread-safe, but for {@link #moreKeysThanNow}.
 */
public final class KmsAdministrator implements AutoCloseable {
  private static final String NAME = "administrator";
  private static final InstantSource CLOCK = InstantSource.system();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EmbeddedDatabase.Address database;
  private final OpenStore store;
  private final Keys keys;
  private final KmipClient client;

  KmsAdministrator(NodeSettings node, EmbeddedDatabase database, InetSocketAddress kmip) {
    this.database = database.address();
    this.store = OpenStore.toAdminister(node, RANDOM);
    this.keys = Keys.open(new KeyTable(store.database()), node.rootKey(), CLOCK, RANDOM);
    TlsIdentity identity =
        registration()
            .identity(new Client(NAME, Optional.empty(), true), Optional.empty(), CLOCK.instant());
    this.client =
        new KmipClient(
            ClientSettings.of(
                List.of(new Endpoint("127.0.0.1", kmip.getPort())), identity.context()));
  }

  private Registration registration() {
    return new Registration(new Clients(store.database()), keys.authority(), RANDOM);
  }

  /** The KMS's authority, with another idea of the time. */
  CertificateAuthority authorityAt(InstantSource clock) {
    CertificateAuthority now = keys.authority();
    return CertificateAuthority.load(now.certificate(), now.privateKey(), clock, RANDOM);
  }

  /** Lets a client in by the certificate it has. */
  public void letIn(String name, X509Certificate certificate) {
    registration().certificate(plain(name), certificate, Optional.empty(), CLOCK.instant());
  }

  /** Makes a key and a certificate for a new client and lets it in. */
  public TlsIdentity newIdentity(String name) {
    return registration().identity(plain(name), Optional.empty(), CLOCK.instant());
  }

  /** Signs a client's request and lets it in. */
  public X509Certificate sign(String name, String request) {
    return registration().request(plain(name), request, Optional.empty(), CLOCK.instant());
  }

  private static Client plain(String name) {
    return new Client(name, Optional.empty(), false);
  }

  /** Lets a client in no more; its keys stay. */
  public void lockOut(String name) {
    if (!new Clients(store.database()).remove(name)) {
      throw new IllegalStateException("the KMS has no client " + name);
    }
  }

  /** Revokes a key because it is not to be used any more. */
  public void deactivate(String key) {
    revoke(key, RevocationReasonCode.CESSATION_OF_OPERATION);
  }

  /** Revokes a key because somebody else has it. */
  public void compromise(String key) {
    revoke(key, RevocationReasonCode.KEY_COMPROMISE);
  }

  private void revoke(String key, RevocationReasonCode why) {
    client.call(
        new Revoke(ObjectId.of(key), new RevocationReason(why, Optional.empty()), occurrence(why)));
  }

  private static Optional<Instant> occurrence(RevocationReasonCode why) {
    return why.equals(RevocationReasonCode.KEY_COMPROMISE)
        ? Optional.of(CLOCK.instant())
        : Optional.empty();
  }

  /** Ends a key for good. */
  public void destroy(String key) {
    deactivate(key);
    client.call(new Destroy(ObjectId.of(key)));
  }

  /**
   * Has a key missing, as after a restore of an older backup: to everybody but its owner an object
   * does not exist, so it gets another owner.
   */
  public void lose(String key) {
    if (update("update object set owner = 'lost ' || owner where id = ?", key) != 1) {
      throw new IllegalStateException("the KMS has no key " + key);
    }
  }

  /** Finds a lost key again. */
  public void find(String key) {
    if (update("update object set owner = substr(owner, 6) where id = ?", key) != 1) {
      throw new IllegalStateException("the KMS has no key " + key);
    }
  }

  /** The keys that there are, the oldest first, in whatever state. */
  public List<String> keys() {
    List<String> ids = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement question =
            connection.prepareStatement("select id from object order by seq");
        ResultSet rows = question.executeQuery()) {
      while (rows.next()) {
        ids.add(String.valueOf(rows.getString(1)));
      }
      return ids;
    } catch (SQLException silent) {
      throw new IllegalStateException("the KMS's database does not answer", silent);
    }
  }

  /** Whether there are more keys than when this was asked for; thread-safe. */
  public BooleanSupplier moreKeysThanNow() {
    int now = keys().size();
    return () -> keys().size() > now;
  }

  private int update(String sql, String key) {
    try (Connection connection = connect();
        PreparedStatement change = connection.prepareStatement(sql)) {
      change.setString(1, key);
      return change.executeUpdate();
    } catch (SQLException refused) {
      throw new IllegalStateException("the KMS's database refused", refused);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(database.url(), database.user(), database.password());
  }

  @Override
  public void close() {
    client.close();
    keys.close();
    store.close();
  }
}
