package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Calls the servers of one cluster.
 *
 * <p>Guarantees: a call ends by its deadline; a request that changes something is sent to at most
 * one server, at most once, unless nothing of it left this process, and where its answer is lost
 * the call says {@link KmipFailure.OutcomeUnknown}; others are tried on each server. It is not sent
 * on a connection on which the server may yet refuse this client. Calls begin with another server
 * each time, and a server that failed is left alone for a while, unless no other answers.
 *
 * <p>Connections are kept for the next call. Thread-safe; calls run side by side, each on a
 * connection of its own. Virtual threads may call.
 */
public final class KmipClient implements AutoCloseable {
  private static final int REFUSAL_MILLIS = 2_000;
  private static final int REFUSAL_TRIES = 3;

  private final ClientSettings settings;
  private final Connector connector;
  private final Dialogue dialogue;
  private final List<ServerPool> pools;
  private final AtomicInteger next = new AtomicInteger();
  private final ScheduledThreadPoolExecutor watchdog;
  private final ScheduledFuture<?> sweep;

  public KmipClient(ClientSettings settings) {
    this(settings, System::nanoTime);
  }

  /** For tests that let time pass. */
  KmipClient(ClientSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.connector = new Connector(settings);
    this.dialogue = new Dialogue(settings);
    this.pools =
        settings.servers().stream()
            .map(server -> new ServerPool(server, settings, nanoTime))
            .toList();
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("kmip-watchdog").factory());
    watchdog.setRemoveOnCancelPolicy(true);
    long interval = Math.max(1, settings.idleExpiry().toMillis() / 2);
    this.sweep =
        watchdog.scheduleWithFixedDelay(
            () -> pools.forEach(ServerPool::expire), interval, interval, TimeUnit.MILLISECONDS);
  }

  /**
   * Sends one request and gives its answer; key material in it is the caller's to close.
   *
   * @throws KmipFailure where there is none
   */
  @SuppressWarnings("unchecked") // An answer is read as the operation of its request says.
  public <R extends Response> R call(Request<R> request) {
    Answers answers = exchange(List.of(request), Optional.empty());
    ResponseItem item = answers.items().getFirst();
    return switch (item.outcome()) {
      case ResponseItem.Outcome.Success success -> (R) success.payload();
      case ResponseItem.Outcome.Failed failed ->
          throw refused(answers, request, failed.reason(), failed.message());
      case ResponseItem.Outcome.Undone undone ->
          throw refused(
              answers,
              request,
              undone.reason().orElse(ResultReason.GENERAL_FAILURE),
              undone.message());
      case ResponseItem.Outcome.Pending pending ->
          // It was not asked to answer later, and what will become of it is anybody's guess.
          throw unsure(answers.server(), request, new IOException("answered with a promise"));
    };
  }

  /**
   * Sends several requests in one message. The answers are in their order and as the server gave
   * them, failures included; after a failure that stops the batch there are fewer.
   *
   * @throws KmipFailure where there are none
   */
  public List<ResponseItem> batch(
      List<? extends Request<?>> requests, BatchErrorContinuationOption onError) {
    if (requests.isEmpty()) {
      return List.of();
    }
    return exchange(requests, Optional.of(onError)).items();
  }

  private record Answers(Endpoint server, List<ResponseItem> items) {}

  private Answers exchange(
      List<? extends Request<?>> requests, Optional<BatchErrorContinuationOption> onError) {
    if (watchdog.isShutdown()) {
      throw new IllegalStateException("this client is closed");
    }
    Deadline deadline = Deadline.in(settings.deadline(), watchdog);
    boolean repeatable = requests.stream().allMatch(Repeatable::isRepeatable);
    List<ConnectFailure> attempts = new ArrayList<>();
    for (ServerPool pool : order()) {
      if (deadline.isOver()) {
        break;
      }
      try {
        return new Answers(pool.server(), attempt(pool, requests, repeatable, onError, deadline));
      } catch (ConnectFailure failure) {
        pool.failed();
        attempts.add(failure);
      } catch (AnswerLost lost) {
        pool.failed();
        ConnectFailure failure = ConnectFailure.of(pool.server(), lost.cause, Layer.KMIP);
        // The server that refuses a client in TLS 1.3 does so after the client's first message.
        if (!repeatable && failure.layer() != Layer.AUTHENTICATION) {
          throw new KmipFailure.OutcomeUnknown(pool.server(), changing(requests), failure);
        }
        attempts.add(failure);
      }
    }
    throw new KmipFailure.Unreachable(
        attempts.stream().map(failure -> explained(failure, deadline)).toList());
  }

  /**
   * A connection that broke for no apparent reason, also in the middle of the handshake, may have
   * been a refusal whose alert got lost: a server that closes with something unread resets the
   * connection, which discards the alert. Asks a few times more, sending nothing.
   */
  private ConnectFailure explained(ConnectFailure failure, Deadline deadline) {
    boolean open = failure.layer() == Layer.KMIP || failure.layer() == Layer.TLS;
    for (int i = 0; open && i < REFUSAL_TRIES && failure.isBrokenConnection(); i++) {
      try (Connection again = connector.connect(failure.server(), deadline)) {
        again.listenForRefusal(Math.min(REFUSAL_MILLIS, deadline.leftMillis()));
        return failure;
      } catch (IOException e) {
        ConnectFailure second = ConnectFailure.of(failure.server(), e, Layer.KMIP);
        if (second.layer() == Layer.AUTHENTICATION) {
          return second;
        }
      }
    }
    return failure;
  }

  /**
   * The servers, beginning with the next one. Those that failed lately come last, the one whose
   * back-off ends first before the others: a request is better late than refused while a server may
   * be up again.
   */
  private List<ServerPool> order() {
    return wanted().stream()
        .map(pool -> new Turn(pool, pool.backOffLeft()))
        .sorted(Comparator.comparingLong(Turn::waitNanos))
        .map(Turn::pool)
        .toList();
  }

  private record Turn(ServerPool pool, long waitNanos) {}

  private List<ServerPool> wanted() {
    int turn = next.getAndIncrement();
    return switch (settings.order()) {
      case ROUND_ROBIN -> from(Math.floorMod(turn, pools.size()));
      case WEIGHTED -> from(weighted(turn));
      case LATENCY ->
          pools.stream().sorted(Comparator.comparingLong(ServerPool::smoothedNanos)).toList();
    };
  }

  private List<ServerPool> from(int start) {
    List<ServerPool> rotated = new ArrayList<>(pools.subList(start, pools.size()));
    rotated.addAll(pools.subList(0, start));
    return rotated;
  }

  private int weighted(int turn) {
    int total = pools.stream().mapToInt(this::weight).sum();
    int at = Math.floorMod(turn, total);
    int index = 0;
    while (at >= weight(pools.get(index))) {
      at -= weight(pools.get(index));
      index++;
    }
    return index;
  }

  private int weight(ServerPool pool) {
    return settings.options(pool.server()).weight();
  }

  /** A request left this process and no answer came back. */
  private static final class AnswerLost extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final IOException cause;

    private AnswerLost(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private List<ResponseItem> attempt(
      ServerPool pool,
      List<? extends Request<?>> requests,
      boolean repeatable,
      Optional<BatchErrorContinuationOption> onError,
      Deadline deadline)
      throws ConnectFailure, AnswerLost {
    Connection connection = connection(pool, deadline);
    boolean sound = false;
    try {
      ProtocolVersion version = version(pool, connection, deadline);
      if (!repeatable && connection.mayBeRefused()) {
        greet(connection, version, deadline);
      }
      RequestMessage message = dialogue.message(version, requests, onError);
      try {
        long asked = System.nanoTime();
        List<ResponseItem> items = Dialogue.match(message, connection.exchange(message, deadline));
        pool.took(System.nanoTime() - asked);
        sound = true;
        pool.succeeded();
        return items;
      } catch (IOException e) {
        if (connection.mayHaveSent()) {
          throw new AnswerLost(e);
        }
        throw ConnectFailure.of(pool.server(), e, Layer.KMIP);
      }
    } finally {
      if (sound) {
        pool.giveBack(connection);
      } else {
        connection.close();
      }
    }
  }

  /** A change that a refusal would cut off could not be told from one whose answer was lost. */
  private void greet(Connection connection, ProtocolVersion version, Deadline deadline)
      throws ConnectFailure {
    try {
      dialogue.greet(connection, version, deadline);
    } catch (IOException e) {
      throw ConnectFailure.of(connection.server(), e, Layer.KMIP);
    }
  }

  private Connection connection(ServerPool pool, Deadline deadline) throws ConnectFailure {
    Optional<Connection> idle = pool.takeIdle();
    return idle.isPresent() ? idle.get() : connector.connect(pool.server(), deadline);
  }

  private ProtocolVersion version(ServerPool pool, Connection connection, Deadline deadline)
      throws ConnectFailure {
    Optional<ProtocolVersion> known = pool.version();
    if (known.isPresent()) {
      return known.get();
    }
    try {
      ProtocolVersion agreed = dialogue.agree(connection, deadline);
      pool.agreed(agreed);
      return agreed;
    } catch (IOException e) {
      throw ConnectFailure.of(pool.server(), e, Layer.KMIP);
    }
  }

  private static KmipFailure refused(
      Answers answers, Request<?> request, ResultReason reason, Optional<String> message) {
    return new KmipFailure.Refused(
        answers.server(), request.operation(), reason, message.orElse("no reason was given"));
  }

  /** The first operation of a batch that changes something. */
  private static Operation changing(List<? extends Request<?>> requests) {
    for (Request<?> request : requests) {
      if (!Repeatable.isRepeatable(request)) {
        return request.operation();
      }
    }
    return requests.getFirst().operation();
  }

  private static KmipFailure unsure(Endpoint server, Request<?> request, IOException cause) {
    Operation operation = request.operation();
    return Repeatable.isRepeatable(request)
        ? new KmipFailure.BadAnswer(server, String.valueOf(cause.getMessage()))
        : new KmipFailure.OutcomeUnknown(server, operation, cause);
  }

  /** Probes every server on a connection of its own, back-off or not. */
  public List<ServerHealth> probe() {
    return pools.stream().map(pool -> probe(pool.server())).toList();
  }

  private ServerHealth probe(Endpoint server) {
    long start = System.nanoTime();
    Deadline deadline = Deadline.in(settings.deadline(), watchdog);
    try (Connection connection = connector.connect(server, deadline)) {
      ProtocolVersion version = dialogue.agree(connection, deadline);
      Query question = new Query(List.of(QueryFunction.QUERY_SERVER_INFORMATION), Optional.empty());
      RequestMessage message = dialogue.message(version, List.of(question), Optional.empty());
      ResponseItem item =
          Dialogue.match(message, connection.exchange(message, deadline)).getFirst();
      if (item.outcome() instanceof ResponseItem.Outcome.Failed failed) {
        Layer layer = Dialogue.isRefusal(failed.reason()) ? Layer.AUTHENTICATION : Layer.KMIP;
        String sentence = server + " refuses to say what it is (" + failed.reason() + ")";
        return new ServerHealth(
            server, Optional.of(layer), sentence, since(start), Optional.of(version));
      }
      return new ServerHealth(
          server,
          Optional.empty(),
          server + " answers in KMIP " + version,
          since(start),
          Optional.of(version));
    } catch (IOException e) {
      ConnectFailure failure = explained(ConnectFailure.of(server, e, Layer.KMIP), deadline);
      return new ServerHealth(
          server, Optional.of(failure.layer()), failure.sentence(), since(start), Optional.empty());
    }
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Closes idle connections, and those of running calls as these end. */
  @Override
  public void close() {
    pools.forEach(ServerPool::close);
    sweep.cancel(false);
    // Cuts that are due still come: a call that runs on has nothing else to end it.
    watchdog.shutdown();
  }
}
