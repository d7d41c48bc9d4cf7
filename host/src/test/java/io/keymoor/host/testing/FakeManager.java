package io.keymoor.host.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.host.config.Enrolment;
import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandOutcomes;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.HelloReply;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.JoinRequest;
import io.keymoor.protocol.JoinToken;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProgressReply;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.RenewalGrant;
import io.keymoor.protocol.RenewalRequest;
import io.keymoor.protocol.ReportReply;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;

/**
 * The manager's side of the host link, over real HTTPS with client certificates, remembering what
 * it was told. Thread-safe.
 */
public final class FakeManager implements AutoCloseable {
  /** The cluster of all hosts that it enrols. */
  public static final UUID CLUSTER = UUID.fromString("cccccccc-0000-4000-8000-000000000001");

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system(), random);
  private final TlsIdentity identity =
      authority.newServerIdentity("manager", List.of("127.0.0.1", "localhost"));
  private final UUID hostId = UUID.randomUUID();
  private UUID cluster = CLUSTER;
  private final Map<String, String> commands = new LinkedHashMap<>();
  private final List<CommandOutcome> outcomes = new ArrayList<>();
  private final List<CommandProgress> progress = new ArrayList<>();
  private final List<HostReport> reports = new ArrayList<>();
  private final FakeTpmTrust tpms = new FakeTpmTrust();
  private final List<HostHello> hellos = new ArrayList<>();
  private final List<String> cancelled = new ArrayList<>();
  private final List<String> paused = new ArrayList<>();
  private final List<String> joined = new ArrayList<>();
  private final List<String> renewals = new ArrayList<>();
  private Optional<byte[]> renewalAnswer = Optional.empty();
  private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Optional<DesiredState> desired = Optional.empty();
  private Optional<HostKek> hostKek = Optional.empty();
  private Optional<KeyUpdate> keys = Optional.empty();
  private final List<HeldKeys> heldKeys = new ArrayList<>();
  private byte[] sealTo = new byte[0];
  private int acknowledgementsToLose;
  private HttpsServer server;

  /** A manager that listens on a free port of the loopback address. */
  public FakeManager() {
    server = listen(0);
  }

  private HttpsServer listen(int port) {
    try {
      HttpsServer fresh =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      fresh.setHttpsConfigurator(
          new HttpsConfigurator(identity.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
              wanted.setWantClientAuth(true);
              parameters.setSSLParameters(wanted);
            }
          });
      fresh.createContext("/host-link/v1/", this::handle);
      fresh.setExecutor(threads);
      fresh.start();
      return fresh;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Gone: connections break and new ones are refused. */
  public synchronized void goAway() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Back at the same address, knowing all that it knew. */
  public synchronized void comeBack() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = listen(server.getAddress().getPort());
  }

  /** Enrols a host. */
  public synchronized EnrolmentGrant enrol(EnrolmentRequest request) {
    sealTo = Base64.getDecoder().decode(request.sealingPublicKey());
    return new EnrolmentGrant(
        hostId,
        CLUSTER,
        url(),
        Pem.certificate(authority.certificate()),
        Pem.certificate(
            authority.issueClient(
                CertificateRequest.parse(request.csrPem()).publicKey(), hostId.toString())));
  }

  /** Where it is. */
  public String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  /** A join token of this manager. */
  public JoinToken token() {
    return JoinToken.random(CertificateAuthority.fingerprint(authority.certificate()), random);
  }

  /** Secrets of the tokens that it was shown. */
  public synchronized List<String> joined() {
    return List.copyOf(joined);
  }

  /** The enrolled host's id. */
  public UUID hostId() {
    return hostId;
  }

  /** A native provider with its key, sealed to the enrolled host. */
  public synchronized ProviderAssignment assignment(UUID provider, String name, SecretBytes kdk) {
    return new SealsForHost(hostId, sealTo, random).assignment(provider, name, kdk);
  }

  /** What the host must hold from now on. */
  public synchronized void desire(long revision, ProviderAssignment... providers) {
    desired = Optional.of(new DesiredState(revision, List.of(providers)));
    notifyAll();
  }

  /** As {@link #desire}; the host shall keep KEKs of standard providers over its restarts. */
  public synchronized void keepKeys(long revision, ProviderAssignment... providers) {
    desired = Optional.of(new DesiredState(revision, List.of(providers), true));
    notifyAll();
  }

  /** A standard provider, which has no key of its own on hosts. */
  public static ProviderAssignment standard(UUID provider, String name) {
    return new ProviderAssignment(
        provider, name, List.of(), "standard", false, "", Optional.empty());
  }

  /** KEKs sealed to the enrolled host, for an update of this revision. */
  public synchronized SealedKeys sealed(
      long revision, UUID provider, List<String> ids, List<SecretBytes> keks) {
    return new SealsForHost(hostId, sealTo, random).keys(CLUSTER, revision, provider, ids, keks);
  }

  /** Sends an update of the keys until the host says that it has its revision. */
  public synchronized void deliver(KeyUpdate update) {
    keys = Optional.of(update);
    notifyAll();
  }

  /** The KEK for the host's own key. */
  public synchronized void assignHostKek(HostKek kek) {
    hostKek = Optional.of(kek);
  }

  /** What the host said of its keys, with every poll. */
  public synchronized List<HeldKeys> heldKeys() {
    return List.copyOf(heldKeys);
  }

  /** Delivers a command until the host says that it knows it or told its outcome. */
  public void command(HostCommand command) {
    command(command.id(), new String(LinkJson.write(command), UTF_8));
  }

  /** Delivers a command as JSON. */
  public synchronized void command(String id, String json) {
    commands.put(id, json);
    notifyAll();
  }

  /** Stores the next outcomes and loses the answers. */
  public synchronized void loseAcknowledgements(int count) {
    acknowledgementsToLose = count;
  }

  /** Has a command stand still, or go on. */
  public synchronized void pause(String id, boolean wanted) {
    paused.remove(id);
    if (wanted) {
      paused.add(id);
    }
  }

  /** Wants a command stopped. */
  public synchronized void cancel(String id) {
    cancelled.add(id);
  }

  /** Every outcome as often as it was told. */
  public synchronized List<CommandOutcome> outcomes() {
    return List.copyOf(outcomes);
  }

  /** All progress told. */
  public synchronized List<CommandProgress> progress() {
    return List.copyOf(progress);
  }

  /** All reports. */
  public synchronized List<HostReport> reports() {
    return List.copyOf(reports);
  }

  /** All hellos. */
  public synchronized List<HostHello> hellos() {
    return List.copyOf(hellos);
  }

  @Override
  public void close() {
    goAway();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String call = path.substring(path.lastIndexOf('/') + 1);
      try {
        Optional<byte[]> answer =
            call.equals("renew")
                ? Optional.of(renew((HttpsExchange) exchange, body))
                : answer(call, body);
        if (answer.isPresent()) {
          exchange.sendResponseHeaders(200, answer.get().length);
          exchange.getResponseBody().write(answer.get());
        }
      } catch (MalformedMessage malformed) {
        exchange.sendResponseHeaders(400, -1);
      } catch (FakeTpmTrust.Refused refused) {
        exchange.sendResponseHeaders(400, refused.body().length);
        exchange.getResponseBody().write(refused.body());
      }
    } catch (InterruptedException goingAway) {
      Thread.currentThread().interrupt();
    }
  }

  /** The answer; none where the connection is to break. */
  private synchronized Optional<byte[]> answer(String call, byte[] body)
      throws InterruptedException {
    return switch (call) {
      case "hello" -> {
        hellos.add(LinkJson.read(body, HostHello.class));
        yield json(new HelloReply(1, UUID.randomUUID(), cluster, Instant.now(), 30));
      }
      case "poll" -> Optional.of(poll(LinkJson.read(body, PollRequest.class)));
      case "progress" -> {
        CommandProgress told = LinkJson.read(body, CommandProgress.class);
        progress.add(told);
        yield json(new ProgressReply(cancelled.contains(told.id()), paused.contains(told.id())));
      }
      case "result" -> ended(List.of(LinkJson.read(body, CommandOutcome.class)));
      case "results" -> ended(LinkJson.read(body, CommandOutcomes.class).outcomes());
      case "authority" -> Optional.of(Pem.certificate(authority.certificate()).getBytes(UTF_8));
      case "join" -> {
        JoinRequest join = LinkJson.read(body, JoinRequest.class);
        joined.add(join.secret());
        yield json(enrol(join.host()));
      }
      case "report" -> {
        reports.add(LinkJson.read(body, HostReport.class));
        yield json(new ReportReply(hostKek));
      }
      case "attest", "attested", "attest-failed" -> Optional.of(tpms.answer(call, body));
      default -> throw new IllegalArgumentException(call);
    };
  }

  private Optional<byte[]> ended(List<CommandOutcome> told) {
    outcomes.addAll(told);
    told.forEach(outcome -> commands.remove(outcome.id()));
    return acknowledgementsToLose-- > 0 ? Optional.empty() : json(new Acknowledgement());
  }

  private synchronized byte[] renew(HttpsExchange exchange, byte[] body) throws IOException {
    X509Certificate shown = (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0];
    renewals.add(CertificateAuthority.fingerprint(shown));
    RenewalRequest request = LinkJson.read(body, RenewalRequest.class);
    return renewalAnswer.orElseGet(() ->
        LinkJson.write(
            new RenewalGrant(
                Pem.certificate(
                    later()
                        .issueClient(
                            CertificateRequest.parse(request.csrPem()).publicKey(),
                            hostId.toString())))));
  }

  /** The same authority a little later, so that what it issues ends later. */
  private CertificateAuthority later() {
    return CertificateAuthority.load(
        authority.certificate(),
        authority.privateKey(),
        InstantSource.offset(InstantSource.system(), Duration.ofMinutes(2)),
        random);
  }

  /** How it challenges TPMs. */
  public FakeTpmTrust tpms() {
    return tpms;
  }

  /** Answers renewals with this from now on. */
  public synchronized void answerRenewals(byte[] answer) {
    renewalAnswer = Optional.of(answer);
  }

  /** The host is in another cluster from now on, as it hears with the next greeting. */
  public synchronized void move(UUID to) {
    cluster = to;
  }

  /** Fingerprints of the certificates with which renewals were asked for. */
  public synchronized List<String> renewals() {
    return List.copyOf(renewals);
  }

  /** What an enrolled host has after a renewal. */
  public TlsIdentity renewed(Enrolment enrolment) {
    KeyPair keys = CertificateAuthority.newKeyPair(random);
    return new TlsIdentity(
        keys.getPrivate(),
        later().issueClient(keys.getPublic(), hostId.toString()),
        enrolment.identity().authority());
  }

  private byte[] poll(PollRequest request) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!hasNews(request) && System.nanoTime() < deadline) {
      wait(100);
    }
    List<String> unknown =
        commands.entrySet().stream()
            .filter(command -> !request.known().contains(command.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    heldKeys.add(request.keys());
    String news = text(desiredNews(request)) + ",\"keys\":" + text(keyNews(request));
    return ("{\"commands\":[" + String.join(",", unknown) + "],\"desired\":" + news + "}")
        .getBytes(UTF_8);
  }

  private boolean hasNews(PollRequest request) {
    return !request.known().containsAll(commands.keySet())
        || desiredNews(request).isPresent()
        || keyNews(request).isPresent();
  }

  private Optional<DesiredState> desiredNews(PollRequest request) {
    return desired.filter(state -> state.revision() != request.desiredRevision());
  }

  private Optional<KeyUpdate> keyNews(PollRequest request) {
    return keys.filter(update -> update.revision() != request.keys().revision());
  }

  private static String text(Optional<?> message) {
    return message.map(it -> new String(LinkJson.write(it), UTF_8)).orElse("null");
  }

  private static Optional<byte[]> json(Object message) {
    return Optional.of(LinkJson.write(message));
  }
}
