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
import io.keymoor.manager.domain.HostAdministration;
import io.keymoor.manager.domain.HostEnrolment;
import io.keymoor.manager.domain.HostIdentities;
import io.keymoor.manager.domain.HostKeks;
import io.keymoor.manager.domain.HostLink;
import io.keymoor.manager.domain.JoinTokens;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.NeededKeys;
import io.keymoor.manager.domain.NewKeys;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Providers;
import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.Users;
import io.keymoor.manager.domain.Vault;
import io.keymoor.manager.domain.VmOperations;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.attestation.HostAttestation;
import io.keymoor.manager.domain.attestation.TpmTrust;
import io.keymoor.manager.domain.bulk.BulkDriver;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.delivery.DeliveryTiming;
import io.keymoor.manager.domain.delivery.KeyDelivery;
import io.keymoor.manager.domain.overview.Overviews;
import io.keymoor.manager.domain.overview.Theft;
import io.keymoor.manager.link.HpkeKekSealing;
import io.keymoor.manager.link.HpkeSealing;
import io.keymoor.manager.link.JoinApi;
import io.keymoor.manager.link.LinkApi;
import io.keymoor.manager.rest.RestApi;
import io.keymoor.manager.rest.Services;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.store.DatabaseNews;
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
  private static final Duration CERTIFICATES = Duration.ofHours(1);
  private static final Duration NEW_KEYS = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(ManagerServer.class);

  private final Deque<AutoCloseable> parts;
  private final String url;
  private final Certificates certificates;

  private ManagerServer(Deque<AutoCloseable> parts, String url, Certificates certificates) {
    this.parts = parts;
    this.url = url;
    this.certificates = certificates;
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
      Certificates certificates =
          new Certificates(
              new ServerCertificate(files.pki(), pki, rootKey, config.names(), clock, random),
              new AdministratorContext(files.adminContext(), pki.authority(), clock));
      Ground ground = new Ground(config, pki, certificates, new Vault(rootKey, random), port);
      start(ground, database, parts, clock, random);
      if (config.port() == 0) {
        files.keepPort(port);
        Initialisation.updateContext(files, url);
      }
      certificates.renewIfDue();
      return new ManagerServer(parts, url, certificates);
    } catch (RuntimeException failure) {
      closeAll(parts);
      throw failure;
    }
  }

  /** What has a certificate that ends. */
  private record Certificates(ServerCertificate server, AdministratorContext administrator) {
    void renewIfDue() {
      server.renewIfDue();
      administrator.renewIfDue();
    }
  }

  /** What a manager stands on. */
  private record Ground(
      ManagerConfig config, Pki pki, Certificates certificates, Vault vault, int port) {}

  private static void start(
      Ground ground,
      Database database,
      Deque<AutoCloseable> parts,
      InstantSource clock,
      SecureRandom random) {
    ManagerConfig config = ground.config();
    Vault vault = ground.vault();
    Settings settings = config.settings();
    DatabaseNews news = new DatabaseNews(database);
    parts.push(news);
    Bell hostNews = news.bell("hosts");
    Bell taskNews = news.bell("tasks");
    Audit audit = new Audit(database, clock);
    Access access = new Access(database, audit);
    access.prepare(Initialisation.FIRST_ADMINISTRATOR);
    ProviderViews views = new ProviderViews(clock, settings.hostSilence());
    Downloads downloads = new Downloads(clock, random);
    CertificateIssuer issuer =
        new CertificateIssuer(ground.pki().authority(), config.url(ground.port()));
    HostIdentities identities = new HostIdentities(database, audit, issuer, clock);
    JoinTokens tokens =
        new JoinTokens(
            database, audit, new HostEnrolment(audit, issuer, identities, clock), hostNews, clock);
    Estate estate = new Estate(database, audit, issuer, views, hostNews, clock);
    Tasks tasks = new Tasks(database, audit, taskNews, settings, clock);
    KmsServices kms =
        KmsServices.of(
            database, audit, vault, settings.managerId(), views, hostNews, clock, random);
    parts.push(kms.connections());
    parts.push(kms.keys());
    KeyDelivery delivery =
        new KeyDelivery(
            new NeededKeys(database),
            kms.keys(),
            new HpkeKekSealing(random),
            cluster -> hostNews.in(cluster).rings(),
            cluster -> hostNews.in(cluster).ring(),
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
            news.instance(),
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
            new HostAdministration(database, audit, identities, hostNews, clock),
            new TpmTrust(database, audit, hostNews, clock),
            tokens,
            issuer,
            random,
            new Vms(database, audit, clock),
            new VmOperations(database, audit, kms.keys(), hostNews, clock),
            tasks,
            bulks,
            new Overviews(database, views, clock),
            new Theft(database, views),
            kms,
            new Users(database, audit, issuer));
    HttpRouting.Builder routing = HttpRouting.builder();
    HostAttestation attestation = new HostAttestation(database, audit, hostNews, clock, random);
    LinkApi linkApi = new LinkApi(identities, link, attestation, settings, clock);
    linkApi.register(routing);
    new JoinApi(tokens, issuer).register(routing);
    new RestApi(services).register(routing);
    news.start();
    WebServer server = server(ground, routing);
    parts.push(server::stop);
    parts.push(news::closeBells);
    parts.push(kms.rotations());
    parts.push(linkApi);
    Rounds rounds = new Rounds(tasks, estate, kms, downloads, config.reconciliation());
    parts.push(rounds);
    rounds.start();
    BulkWork bulkWork = new BulkWork(driver, taskNews);
    parts.push(bulkWork);
    bulkWork.start();
    rounds.also(NEW_KEYS, "new keys", kms.keys()::expire);
    rounds.also(CERTIFICATES, "certificates", ground.certificates()::renewIfDue);
  }

  private static WebServer server(Ground ground, HttpRouting.Builder routing) {
    ManagerConfig config = ground.config();
    int port = ground.port();
    Tls tls =
        Tls.builder()
            .sslContext(ground.certificates().server().context())
            // A host that joins has no certificate yet; everything else wants one (LinkApi,
            // RestApi).
            .clientAuth(TlsClientAuth.OPTIONAL)
            .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
            .build();
    try {
      return WebServer.builder()
          .host(config.listen())
          .port(port)
          .tls(tls)
          .routing(routing)
          .connectionOptions(options -> options.tcpNoDelay(true))
          // Parked polls are woken before, so only what is being answered uses this; interrupted,
          // it
          // would break its connection to the database and could not say whether it was done.
          .shutdownGracePeriod(Duration.ofSeconds(5))
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

  /** Makes now the round that is made every hour: renews the certificates that are due. */
  void renewCertificates() {
    certificates.renewIfDue();
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
