package io.keymoor.manager.app;

import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.keymoor.crypto.SealedFile;
import io.keymoor.manager.domain.Access;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.CertificateIssuer;
import io.keymoor.manager.domain.Downloads;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.HostKeks;
import io.keymoor.manager.domain.HostLink;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.NewKeys;
import io.keymoor.manager.domain.NeededKeys;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Providers;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.Vault;
import io.keymoor.manager.domain.VmOperations;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.delivery.DeliveryTiming;
import io.keymoor.manager.domain.delivery.KeyDelivery;
import io.keymoor.manager.link.HpkeKekSealing;
import io.keymoor.manager.domain.bulk.BulkDriver;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.overview.Overviews;
import io.keymoor.manager.link.HpkeSealing;
import io.keymoor.manager.link.LinkApi;
import io.keymoor.manager.rest.RestApi;
import io.keymoor.manager.rest.Services;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.tasks.BulkWork;
import io.keymoor.manager.tasks.Rounds;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running manager. Whatever it acknowledged is durable; it may be killed at any moment. {@link
 * #close} stops its parts in the opposite order of their start. Not thread-safe.
 */
public final class ManagerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerServer.class);

  private final Deque<AutoCloseable> parts;
  private final String url;

  private ManagerServer(Deque<AutoCloseable> parts, String url) {
    this.parts = parts;
    this.url = url;
  }

  /**
   * Starts the manager of a directory.
   *
   * @throws StartFailure with a sentence, when it can't; nothing stays running then
   */
  public static ManagerServer start(Path directory, InstantSource clock, SecureRandom random) {
    ManagerFiles files = ManagerFiles.in(directory);
    ManagerConfig config = ManagerConfig.read(files.config());
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      parts.push(DirectoryLock.take(files.lock()));
      SecretBytes rootKey = SealedFile.readKeyFile(files.rootKey());
      parts.push(rootKey);
      Pki pki = Pki.read(files.pki(), rootKey, clock, random);
      Database database = Databases.open(files, config, parts);
      int port = port(files, config);
      String url = config.url(port);
      start(config, pki, new Vault(rootKey, random), database, port, parts, clock, random);
      if (config.port() == 0) {
        files.keepPort(port);
        Initialisation.updateContext(files, url);
      }
      return new ManagerServer(parts, url);
    } catch (RuntimeException failure) {
      closeAll(parts);
      throw failure;
    }
  }

  private static void start(
      ManagerConfig config,
      Pki pki,
      Vault vault,
      Database database,
      int port,
      Deque<AutoCloseable> parts,
      InstantSource clock,
      SecureRandom random) {
    Settings settings = config.settings();
    Bell hostNews = new Bell();
    Bell taskNews = new Bell();
    Audit audit = new Audit(database, clock);
    Access access = new Access(database, audit);
    access.prepare(Initialisation.FIRST_ADMINISTRATOR);
    ProviderViews views = new ProviderViews(clock, settings.hostSilence());
    Downloads downloads = new Downloads(clock, random);
    CertificateIssuer issuer = new CertificateIssuer(pki.authority(), config.url(port));
    Estate estate = new Estate(database, audit, issuer, views, hostNews, clock);
    Tasks tasks = new Tasks(database, audit, taskNews, settings, clock);
    KmsServices kms =
        KmsServices.of(
            database, audit, vault, settings.managerId(), views, hostNews, clock, random);
    parts.push(kms.connections());
    KeyDelivery delivery =
        new KeyDelivery(
            new NeededKeys(database),
            kms.keys(),
            new HpkeKekSealing(random),
            hostNews::rings,
            hostNews::ring,
            DeliveryTiming.usual(),
            clock);
    parts.push(delivery);
    HostKeks hostKeks = new HostKeks(database, audit, kms.keys(), hostNews, clock);
    parts.push(hostKeks);
    HostLink link =
        new HostLink(
            database,
            tasks,
            vault,
            new HpkeSealing(random),
            delivery,
            hostKeks,
            settings,
            hostNews,
            taskNews,
            clock);
    Bulks bulks = new Bulks(database, audit, views, taskNews, clock);
    BulkDriver driver =
        new BulkDriver(
            database,
            tasks,
            audit,
            views,
            new NewKeys(database, kms.keys()),
            settings,
            hostNews,
            taskNews,
            clock);
    Services services =
        new Services(
            Version.text(),
            settings,
            access,
            audit,
            new Providers(database, audit, vault, hostNews, views, clock),
            new ProviderBackups(database, audit, vault, hostNews, downloads, clock),
            estate,
            new Vms(database, audit, clock),
            new VmOperations(database, audit, kms.keys(), hostNews, clock),
            tasks,
            bulks,
            new Overviews(database, views),
            kms);
    HttpRouting.Builder routing = HttpRouting.builder();
    new LinkApi(link, settings, clock).register(routing);
    new RestApi(services).register(routing);
    WebServer server = server(config, pki, port, routing);
    parts.push(server::stop);
    Rounds rounds = new Rounds(tasks, estate, kms, downloads, config.reconciliation());
    parts.push(rounds);
    rounds.start();
    BulkWork bulkWork = new BulkWork(driver, taskNews);
    parts.push(bulkWork);
    bulkWork.start();
  }

  private static WebServer server(
      ManagerConfig config, Pki pki, int port, HttpRouting.Builder routing) {
    Tls tls =
        Tls.builder()
            .sslContext(pki.server().context())
            .clientAuth(TlsClientAuth.REQUIRED)
            .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
            .build();
    try {
      return WebServer.builder()
          .host(config.listen())
          .port(port)
          .tls(tls)
          .routing(routing)
          .connectionOptions(options -> options.tcpNoDelay(true))
          // A parked poll must not hold up the end.
          .shutdownGracePeriod(Duration.ofMillis(200))
          .shutdownHook(false)
          .build()
          .start();
    } catch (RuntimeException failure) {
      throw new StartFailure(
          "The manager can't listen on "
              + config.listen()
              + ":"
              + port
              + ". Nothing was started. See what uses that port, or change it in manager.json.",
          failure);
    }
  }

  /** With port 0, the port of the first start for ever: hosts come back to it. */
  private static int port(ManagerFiles files, ManagerConfig config) {
    if (config.port() != 0) {
      return config.port();
    }
    return files.keptPort().orElseGet(() -> freePort(config.listen()));
  }

  private static int freePort(String listen) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(listen))) {
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new StartFailure(
          "There is no free port on " + listen + ". Nothing was started.", failure);
    }
  }

  /** Where it answers. */
  public String url() {
    return url;
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        if (failure instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.warn("A part of the manager did not stop cleanly", failure);
      }
    }
  }
}
