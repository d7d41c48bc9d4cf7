package io.keymoor.provider.standard;

import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.ConnectFailure;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.client.KmipFailure;
import io.keymoor.kmip.client.ServerHealth;
import io.keymoor.kmip.client.ServerOptions;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Credential;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The servers of one KMS. Requests go out many to a message; where the KMS takes no batches, each
 * alone. Nothing is thrown for what a KMS does or does not do: every request has its {@link
 * Answer}. Thread-safe.
 */
final class KmsCluster implements AutoCloseable {
  /** Requests in one message; a KMS may do them one after the other, within one deadline. */
  private static final int MESSAGE = 100;

  /** Messages under way at once. */
  private static final int LANES = 4;

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final KmsAccess access;
  private final KmsTrust trust;
  private final ClientSettings settings;
  private final KmipClient client;

  /** For what one server alone is asked. */
  private final Map<Endpoint, KmipClient> alone = new ConcurrentHashMap<>();

  /** False once the KMS refused a batch whose requests it takes one by one. */
  private volatile boolean batches = true;

  /** Takes over {@code access}. */
  KmsCluster(KmsAccess access) {
    this.access = access;
    this.trust = new KmsTrust(access.trusted());
    this.settings = settings(access, context(access, trust));
    this.client = new KmipClient(settings);
  }

  private static ClientSettings settings(KmsAccess access, SSLContext tls) {
    ClientSettings plain =
        ClientSettings.of(access.servers().stream().map(KmsServer::endpoint).toList(), tls)
            .withVersions(
                ProtocolVersion.SUPPORTED.stream()
                    .filter(version -> version.isAtLeast(ProtocolVersion.V1_1))
                    .toArray(ProtocolVersion[]::new))
            .withDeadline(access.timeout(), CONNECT)
            .withServers(
                switch (access.order()) {
                  case ROUND_ROBIN -> ServerOptions.Order.ROUND_ROBIN;
                  case WEIGHTED -> ServerOptions.Order.WEIGHTED;
                  case LATENCY -> ServerOptions.Order.LATENCY;
                },
                access.servers().stream()
                    .collect(Collectors.toMap(KmsServer::endpoint, KmsServer::options)));
    return access
        .login()
        .map(login ->
            plain.withCredentials(
                new Credential.UsernameAndPassword(login.user(), login.password())))
        .orElse(plain);
  }

  private static SSLContext context(KmsAccess access, KmsTrust trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new OneIdentity(access.identity())},
          new TrustManager[] {trust},
          new SecureRandom());
      // A resumed session shows no certificate, so that a KMS that lets us in no more could only
      // hang up, after a Create perhaps; in a whole handshake it says so.
      context.getClientSessionContext().setSessionTimeout(1);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks TLS", impossible);
    }
  }

  KmsAccess access() {
    return access;
  }

  /** Asks one thing. */
  Answer one(Request<?> request) {
    return alone(() -> new Answer.Done(client.call(request)));
  }

  /** Whether the KMS takes many requests in a message, as far as it was tried. */
  boolean batches() {
    return batches;
  }

  /** Asks many things; the answers are in their order. */
  List<Answer> all(List<? extends Request<?>> requests) {
    return all(requests, 1);
  }

  /**
   * Asks many things, always so many of them in one message. Where these need each other, more than
   * one, a message that is refused as a whole is not tried request by request.
   */
  List<Answer> all(List<? extends Request<?>> requests, int together) {
    int most = MESSAGE - MESSAGE % together;
    List<Callable<List<Answer>>> messages = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += most) {
      var part = requests.subList(from, Math.min(requests.size(), from + most));
      messages.add(() -> message(part, together));
    }
    if (messages.size() <= 1) {
      return requests.isEmpty() ? List.of() : message(requests, together);
    }
    List<Answer> answers = new ArrayList<>(requests.size());
    try (ExecutorService lanes =
        Executors.newFixedThreadPool(LANES, Thread.ofVirtual().name("kms-", 0).factory())) {
      for (Future<List<Answer>> message : lanes.invokeAll(messages)) {
        answers.addAll(message.get());
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a message to a KMS failed", failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while waiting for a KMS", stop);
    }
    return answers;
  }

  private List<Answer> message(List<? extends Request<?>> requests, int together) {
    if (requests.size() == 1 || !batches) {
      return requests.stream().map(this::one).toList();
    }
    List<ResponseItem> items;
    try {
      items = client.batch(requests, BatchErrorContinuationOption.CONTINUE);
    } catch (KmipFailure.BadAnswer | InvalidKmip noBatch) {
      Answer none = new Answer.Refused(ResultReason.FEATURE_NOT_SUPPORTED, sentence(noBatch));
      return together > 1 ? same(none, requests) : oneByOne(requests);
    } catch (KmipFailure failure) {
      return same(answer(failure), requests);
    }
    if (items.size() == 1) {
      // The message as a whole was refused, so that nothing of it was done.
      return together > 1 ? same(answer(items.getFirst()), requests) : oneByOne(requests);
    }
    List<Answer> answers = new ArrayList<>(items.stream().map(KmsCluster::answer).toList());
    // A server that stops at the first failure did nothing of what follows.
    requests.subList(items.size(), requests.size()).forEach(rest -> answers.add(one(rest)));
    return answers;
  }

  private static List<Answer> same(Answer answer, List<? extends Request<?>> requests) {
    return requests.stream().map(_ -> answer).toList();
  }

  private static String sentence(RuntimeException failure) {
    return String.valueOf(failure.getMessage());
  }

  private List<Answer> oneByOne(List<? extends Request<?>> requests) {
    List<Answer> answers = requests.stream().map(this::one).toList();
    if (answers.stream().anyMatch(Answer.Done.class::isInstance)) {
      batches = false;
    }
    return answers;
  }

  /**
   * Asks every server in turn, until one has done it: a KMS whose servers copy keys to each other a
   * moment later knows a new key on one of them only.
   *
   * @return the first that was done; else what all of them said
   */
  Answer everywhere(Request<?> request) {
    List<String> said = new ArrayList<>();
    Answer last = new Answer.Unreachable("no server was asked", false);
    for (KmsServer server : access.servers()) {
      last = of(server, request);
      if (last instanceof Answer.Done) {
        return last;
      }
      said.add(last.sentence());
    }
    String all = String.join("; ", said);
    return switch (last) {
      case Answer.Done done -> done;
      case Answer.Refused refused -> new Answer.Refused(refused.reason(), all);
      case Answer.Lost _ -> new Answer.Lost(all);
      case Answer.Unreachable _ -> new Answer.Unreachable(all, false);
    };
  }

  private KmipClient client(KmsServer server) {
    return alone.computeIfAbsent(
        server.endpoint(), endpoint -> new KmipClient(settings.only(endpoint)));
  }

  /** Asks one server alone. */
  Answer of(KmsServer server, Request<?> request) {
    KmipClient one = client(server);
    return alone(() -> new Answer.Done(one.call(request)));
  }

  /** Looks at every server, all at once. */
  List<KmsHealth> health() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<KmsHealth>> looks =
          access.servers().stream().map(server -> each.submit(() -> health(server))).toList();
      List<KmsHealth> found = new ArrayList<>();
      for (Future<KmsHealth> look : looks) {
        found.add(look.get());
      }
      return found;
    } catch (ExecutionException failure) {
      throw new IllegalStateException("a look at a KMS failed", failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while looking at a KMS", stop);
    }
  }

  /** The certificate that a server showed last. */
  Optional<X509Certificate> shownBy(KmsServer server) {
    return trust.shownBy(server);
  }

  private KmsHealth health(KmsServer server) {
    ServerHealth found = client(server).probe().getFirst();
    return new KmsHealth(
        server,
        found.failing().map(KmsHealth.Layer::of),
        found.sentence(),
        found.took(),
        found.version().map(ProtocolVersion::toString),
        trust.shownBy(server).map(it -> it.getNotAfter().toInstant()));
  }

  private static Answer alone(Supplier<Answer> call) {
    try {
      return call.get();
    } catch (KmipFailure failure) {
      return answer(failure);
    } catch (InvalidKmip inexpressible) {
      return new Answer.Refused(
          ResultReason.FEATURE_NOT_SUPPORTED,
          "the KMIP version that the KMS speaks can't say this: " + inexpressible.getMessage());
    }
  }

  private static Answer answer(KmipFailure failure) {
    String sentence = String.valueOf(failure.getMessage());
    return switch (failure) {
      case KmipFailure.Refused refused -> new Answer.Refused(refused.reason(), sentence);
      case KmipFailure.OutcomeUnknown _ -> new Answer.Lost(sentence);
      case KmipFailure.BadAnswer _ -> new Answer.Unreachable(sentence, false);
      case KmipFailure.Unreachable unreachable ->
          new Answer.Unreachable(
              "no server of the KMS could be used: "
                  + unreachable.attempts().stream()
                      .map(ConnectFailure::sentence)
                      .collect(Collectors.joining("; ")),
              isLasting(unreachable.attempts()));
    };
  }

  private static boolean isLasting(List<ConnectFailure> attempts) {
    return !attempts.isEmpty()
        && attempts.stream()
            .allMatch(attempt ->
                switch (attempt.layer()) {
                  case TRUST, AUTHENTICATION -> true;
                  case DNS, TCP, TLS, KMIP -> false;
                });
  }

  private static Answer answer(ResponseItem item) {
    return switch (item.outcome()) {
      case ResponseItem.Outcome.Success success -> new Answer.Done(success.payload());
      case ResponseItem.Outcome.Failed failed ->
          new Answer.Refused(
              failed.reason(),
              "the KMS refused (" + failed.reason() + "): " + failed.message().orElse("no reason"));
      case ResponseItem.Outcome.Undone undone ->
          new Answer.Refused(
              undone.reason().orElse(ResultReason.GENERAL_FAILURE),
              "the KMS took it back: " + undone.message().orElse("no reason was given"));
      case ResponseItem.Outcome.Pending _ ->
          new Answer.Lost("the KMS promised an answer for later, which was not asked for");
    };
  }

  @Override
  public void close() {
    client.close();
    alone.values().forEach(KmipClient::close);
    access.close();
  }
}
