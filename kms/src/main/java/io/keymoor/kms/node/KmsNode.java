package io.keymoor.kms.node;

import io.keymoor.kms.monitor.Metrics;
import io.keymoor.kms.monitor.MonitorEndpoint;
import io.keymoor.kms.object.ObjectSource;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.operation.KmipConversation;
import io.keymoor.kms.operation.KmipService;
import io.keymoor.kms.session.Listener;
import io.keymoor.kms.session.TlsServer;
import io.keymoor.kms.store.AuditLog;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.Objects;
import io.keymoor.kms.store.RecentClients;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One node that serves KMIP, from its database to its sockets. Thread-safe. */
public final class KmsNode implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final NodeSettings settings;
  private final InstantSource clock;
  private final SecureRandom random;
  private Optional<InetSocketAddress> kmip = Optional.empty();
  private Optional<InetSocketAddress> monitor = Optional.empty();

  private KmsNode(NodeSettings settings, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Starts a node; when this returns it serves.
   *
   * @throws NodeException when an address is taken
   */
  public static KmsNode start(NodeSettings settings, InstantSource clock, SecureRandom random) {
    KmsNode node = new KmsNode(settings, clock, random);
    try {
      node.assemble();
      return node;
    } catch (IOException taken) {
      node.close();
      throw new NodeException(
          "The address "
              + settings.listen()
              + " or "
              + settings.monitor()
              + " cannot be had: "
              + taken.getMessage()
              + ". Stop what uses it, or change it in "
              + NodeSettings.FILE
              + ".",
          taken);
    } catch (RuntimeException failure) {
      node.close();
      throw failure;
    }
  }

  private void assemble() throws IOException {
    OpenStore store = keep(OpenStore.toServe(settings, random));
    KeyTable keyTable = new KeyTable(store.database());
    Keys keys = keep(Keys.open(keyTable, settings.rootKey(), clock, random));
    Metrics metrics = new Metrics();
    Clients clients = new Clients(store.database());
    RecentClients recentClients = new RecentClients(clients);
    Objects objects = new Objects(store.database());
    Vault vault = keep(new Vault(keys.storeKey(), random));
    GroupCommit commit = keep(new GroupCommit(store.database()));
    AuditLog audit = keep(new AuditLog(commit));
    metrics.gauge("keymoor_kms_audit_lost", "Audit events the database did not take.", audit::lost);
    KmipService service =
        new KmipService(
            settings.node(),
            objects,
            new ObjectSource(objects, store.database().sharing()),
            clients,
            commit,
            audit,
            vault,
            metrics,
            clock,
            random,
            settings.seedPolicy(),
            new OnceNeeded<>(() -> keys.certifyingAuthority(keyTable, settings)));
    TlsServer tls =
        TlsServer.of(
            keys.serverIdentity(settings),
            fingerprint -> recentClients.byCertificate(fingerprint).isPresent());
    Listener listener =
        keep(
            Listener.start(
                settings.listen(),
                tls,
                settings.limits(),
                KmipConversation.opener(service, recentClients),
                metrics));
    MonitorEndpoint endpoint =
        keep(
            MonitorEndpoint.start(
                settings.monitor(),
                metrics,
                () ->
                    store.database().answers()
                        ? new MonitorEndpoint.Health(true, "ok")
                        : new MonitorEndpoint.Health(false, "the database does not answer")));
    kmip = Optional.of(new InetSocketAddress(settings.listen().getAddress(), listener.port()));
    monitor = Optional.of(endpoint.address());
  }

  /** Where KMIP is served. */
  public InetSocketAddress kmip() {
    return kmip.orElseThrow();
  }

  /** Where metrics and health are served. */
  public InetSocketAddress monitor() {
    return monitor.orElseThrow();
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        throw new NodeException("A part of the node did not stop.", failure);
      }
    }
  }
}
