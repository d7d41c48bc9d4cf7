package io.keymoor.host.link;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.host.command.CommandRunner;
import io.keymoor.host.config.Enrolment;
import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandOutcomes;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HelloReply;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProgressReply;
import io.keymoor.protocol.ReportReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a host in touch with its manager: takes commands and desired states, tells progress,
 * outcomes and reports.
 *
 * <p>Guarantee: an outcome is sent until the manager acknowledged it; a command is handed to the
 * {@link CommandRunner} before the manager hears that it is known. While the manager is away, all
 * of it is tried again for ever, at most every {@link LinkTiming#mostBackoff}. Thread-safe.
 */
public final class ManagerLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerLink.class);
  private static final Duration SHORTEST_POLL = Duration.ofMillis(200);
  private static final int LASTING = 4;
  private static final int OUTCOMES_AT_ONCE = 200;
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int LONGEST_REPORT_INTERVAL_SECONDS = 3600;

  private final LinkClient client;
  private final LinkedHost host;
  private final CommandRunner commands;
  private final LinkTiming timing;
  private final Reachability manager;
  private final RandomGenerator random;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Gate welcome = new Gate();
  private final List<Thread> threads = new ArrayList<>();
  private final Signal outcomesWaiting = new Signal();
  private final Signal progressMade = new Signal();
  private final Signal reportDue = new Signal();
  private final OrderOfNews order = new OrderOfNews();
  private final Optional<Attesting> attesting;
  private volatile long reportIntervalMillis = 30_000;
  private volatile boolean greetAnew;

  /** A link that begins with {@link #start}. */
  public ManagerLink(
      Enrolment enrolment,
      LinkedHost host,
      CommandRunner commands,
      LinkTiming timing,
      RandomGenerator random) {
    this.client = new LinkClient(enrolment.manager(), enrolment.identity());
    this.host = host;
    this.commands = commands;
    this.timing = timing;
    this.manager = new Reachability(enrolment.manager());
    this.random = random;
    this.attesting = host.tpm().map(tpm -> new Attesting(client, tpm, timing.call()));
    commands.onChange(() -> {
      outcomesWaiting.raise();
      progressMade.raise();
    });
  }

  /** What one round of a thread does; throws when the manager can't be asked. */
  @FunctionalInterface
  private interface Round {
    void run() throws LinkFailure, InterruptedException;
  }

  /** Connects, and goes on doing so until closed. */
  public synchronized void start() {
    begin("poll", new Polling(), manager::failed);
    begin("result", this::sendOutcomes, reason -> LOG.debug("result: {}", reason));
    begin("progress", new ProgressSending(), reason -> LOG.debug("progress: {}", reason));
    begin("report", this::sendReport, reason -> LOG.debug("report: {}", reason));
    attesting.ifPresent(
        tpm -> begin("attest", () -> attest(tpm), reason -> LOG.debug("attest: {}", reason)));
  }

  /** The host's state changed: report soon. Cheap; many calls make one report. */
  public void changed() {
    reportDue.raise();
  }

  /** Shows this identity to the manager from now on. */
  public void present(TlsIdentity identity) {
    client.present(identity);
  }

  /**
   * Stops talking. Outcomes that were not acknowledged are told by the next process. No thread is
   * interrupted: an interrupt would break the writing of a file that it may be at.
   */
  @Override
  public synchronized void close() {
    closed.countDown();
    client.close();
    welcome.open();
    List.of(outcomesWaiting, progressMade, reportDue).forEach(Signal::raise);
    attesting.ifPresent(Attesting::close);
    try {
      for (Thread thread : threads) {
        thread.join(CLOSING);
      }
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
    threads.clear();
  }

  private void begin(String name, Round round, Consumer<String> failed) {
    threads.add(Thread.ofVirtual().name("link-" + name).start(() -> repeat(name, round, failed)));
  }

  /** The poll decides whether the manager is there; of the others only a lasting failure counts. */
  private void repeat(String name, Round round, Consumer<String> failed) {
    int failures = 0;
    Backoff backoff = new Backoff(timing.mostBackoff(), random);
    try {
      while (!isClosed()) {
        try {
          round.run();
          backoff.reset();
          failures = 0;
        } catch (LinkFailure failure) {
          if (!isClosed()) {
            failed.accept(failure.reason());
            if (++failures == LASTING) {
              LOG.warn("The manager does not take a {}: {}", name, failure.reason());
            }
          }
          pause(backoff.next());
        } catch (RuntimeException bug) {
          LOG.error("A defect of this software disturbed the link; it goes on.", bug);
          pause(backoff.next());
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Ends early when the link is closed. */
  private void pause(long millis) throws InterruptedException {
    closed.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Says hello on a new connection, then polls. */
  private final class Polling implements Round {
    private boolean greeted;

    @Override
    public void run() throws LinkFailure, InterruptedException {
      try {
        if (!greeted || greetAnew) {
          greetAnew = false;
          greet();
          greeted = true;
        }
        poll();
      } catch (LinkFailure failure) {
        greeted = false;
        welcome.shut();
        throw failure;
      }
    }

    private void poll() throws LinkFailure, InterruptedException {
      long began = System.nanoTime();
      PollRequest request =
          new PollRequest(host.desiredRevision(), commands.known(), host.heldKeys());
      OpenPollReply reply = client.post("poll", request, OpenPollReply.class, timing.poll());
      manager.answered();
      reply.desired().ifPresent(ManagerLink.this::apply);
      boolean more = reply.keys().filter(ManagerLink.this::applied).isPresent();
      reply.delivered().forEach(ManagerLink.this::take);
      if (more) {
        // The next keys wait until this poll's are acknowledged, which the next poll does.
        return;
      }
      // A manager that has no news and does not wait must not make this a busy loop.
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      if (took.compareTo(SHORTEST_POLL) < 0) {
        pause(SHORTEST_POLL.minus(took).toMillis());
      }
    }
  }

  private void greet() throws LinkFailure, InterruptedException {
    HelloReply reply = client.post("hello", host.hello(), HelloReply.class, timing.call());
    if (reply.protocolVersion() != HostHello.PROTOCOL_VERSION) {
      throw new LinkFailure(
          "it speaks version "
              + reply.protocolVersion()
              + " of the host link, this agent version "
              + HostHello.PROTOCOL_VERSION
              + "; update the older one");
    }
    manager.answered();
    host.inCluster(reply.clusterId());
    int seconds = Math.clamp(reply.reportIntervalSeconds(), 1, LONGEST_REPORT_INTERVAL_SECONDS);
    reportIntervalMillis = seconds * 1000L;
    welcome.open();
    reportDue.raise();
    outcomesWaiting.raise();
  }

  private void apply(DesiredState desired) {
    try {
      host.apply(desired);
    } catch (RuntimeException refused) {
      LOG.error("The desired state {} was not applied: {}", desired.revision(), refused.toString());
    }
    reportDue.raise();
  }

  /** Whether there may be more to come at once. */
  private boolean applied(KeyUpdate update) {
    try {
      host.apply(update);
      reportDue.raise();
      return update.listing() || !update.sealed().isEmpty();
    } catch (RuntimeException refused) {
      LOG.error("An update of the keys was not applied: {}", refused.getMessage());
      // Perhaps the host was moved: the greeting tells its cluster.
      greetAnew = true;
      return false;
    }
  }

  private void take(OpenPollReply.Delivered delivered) {
    switch (delivered) {
      case OpenPollReply.Delivered.Known known -> commands.submit(known.command());
      case OpenPollReply.Delivered.Unknown unknown ->
          commands.refuse(
              unknown.id(),
              "command_unknown",
              "This host's software does not know the command \""
                  + unknown.kind()
                  + "\", or not in this form. Nothing was changed. Update Keymoor on this host.");
      case OpenPollReply.Delivered.Nameless nameless ->
          LOG.warn("The manager sent a command without a usable id; it was ignored.");
    }
  }

  private void sendOutcomes() throws LinkFailure, InterruptedException {
    welcome.pass();
    List<CommandOutcome> waiting = commands.outcomes();
    if (waiting.size() == 1) {
      order.outcome(
          () -> client.post("result", waiting.getFirst(), Acknowledgement.class, timing.call()));
      acknowledged(waiting);
    }
    for (int i = 0; waiting.size() > 1 && i < waiting.size(); i += OUTCOMES_AT_ONCE) {
      List<CommandOutcome> some =
          waiting.subList(i, Math.min(i + OUTCOMES_AT_ONCE, waiting.size()));
      order.outcome(() ->
          client.post("results", new CommandOutcomes(some), Acknowledgement.class, timing.call()));
      acknowledged(some);
    }
    outcomesWaiting.await(reportIntervalMillis);
  }

  private void acknowledged(List<CommandOutcome> outcomes) {
    manager.answered();
    outcomes.forEach(outcome -> commands.acknowledged(outcome.id()));
    reportDue.raise();
  }

  /**
   * Tells what changed, and now and then what did not: the answer says whether to cancel or pause.
   */
  private final class ProgressSending implements Round {
    private final Map<String, Told> told = new HashMap<>();

    private record Told(CommandProgress progress, long nanoTime) {}

    @Override
    public void run() throws LinkFailure, InterruptedException {
      welcome.pass();
      List<CommandProgress> all = commands.progress();
      told.keySet().retainAll(all.stream().map(CommandProgress::id).toList());
      for (CommandProgress progress : all) {
        Told last = told.get(progress.id());
        if (last == null || !last.progress().equals(progress) || isStale(last)) {
          tell(progress);
        }
      }
      if (all.isEmpty()) {
        progressMade.await(reportIntervalMillis);
      }
      pause(timing.progress().toMillis());
    }

    private boolean isStale(Told last) {
      return System.nanoTime() - last.nanoTime() > 3 * timing.progress().toNanos();
    }

    private void tell(CommandProgress progress) throws LinkFailure, InterruptedException {
      ProgressReply reply = client.post("progress", progress, ProgressReply.class, timing.call());
      told.put(progress.id(), new Told(progress, System.nanoTime()));
      if (reply.cancel()) {
        commands.cancel(progress.id());
      }
      commands.pause(progress.id(), reply.pause());
    }
  }

  private void attest(Attesting tpm) throws LinkFailure, InterruptedException {
    welcome.pass();
    if (!isClosed()) {
      tpm.round(reportIntervalMillis);
    }
  }

  /** The greeting makes a report due, and every change does; otherwise the interval. */
  private void sendReport() throws LinkFailure, InterruptedException {
    welcome.pass();
    reportDue.await(reportIntervalMillis);
    try {
      ReportReply reply =
          order.report(
              host::report,
              report -> client.post("report", report, ReportReply.class, timing.call()));
      reply.hostKek().ifPresent(host::hostKek);
      if (reply.attest()) {
        attesting.ifPresent(Attesting::due);
      }
    } catch (LinkFailure failure) {
      reportDue.raise();
      throw failure;
    }
    manager.answered();
    pause(timing.report().toMillis());
  }
}
