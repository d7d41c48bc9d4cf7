package io.keymoor.host.command;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.HostCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands: each once however often it is delivered, one at a time per VM in the order of
 * arrival, those of different VMs at the same time up to a limit.
 *
 * <p>Guarantee: a command whose {@link #submit} returned is executed to completion though the agent
 * is killed; its outcome is on disk before {@link #outcomes} shows it and stays until {@link
 * #acknowledged}. Nothing is executed before {@link #start}. Thread-safe.
 */
public final class CommandRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final CommandJournal journal;
  private final CommandExecutor executor;
  private final Semaphore slots;
  private final Map<String, Execution> unfinished = new LinkedHashMap<>();
  private final Map<String, CommandOutcome> outcomes = new LinkedHashMap<>();
  private final Map<UUID, Deque<Execution>> queues = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private long sequence;
  private boolean started;
  private volatile boolean closing;
  private boolean abandoned;
  private int running;

  /**
   * Reads the journal; what it finds is executed once started.
   *
   * @param directory the journal's directory, made when missing
   * @param executor does the work
   * @param most how many commands run at once, at least 1
   */
  public CommandRunner(Path directory, CommandExecutor executor, int most) {
    this.journal = new CommandJournal(directory);
    this.executor = executor;
    this.slots = new Semaphore(most, true);
    this.sequence = journal.nextSequence();
    journal.outcomes().forEach(outcome -> outcomes.put(outcome.id(), outcome));
    journal
        .unfinished()
        .forEach(
            stored -> enqueue(execution(stored.command(), true, journal.paused(stored.command()))));
  }

  /** Begins to execute: first what an earlier process left unfinished. */
  public synchronized void start() {
    started = true;
    queues.keySet().forEach(this::work);
  }

  /**
   * Accepts a command, unless it is known already. One that can't be stored is not executed and
   * fails.
   */
  public void submit(HostCommand command) {
    synchronized (this) {
      if (closing || unfinished.containsKey(command.id()) || outcomes.containsKey(command.id())) {
        return;
      }
      accept(command);
    }
    changed();
  }

  private void accept(HostCommand command) {
    try {
      journal.accept(new StoredCommand(sequence++, command));
    } catch (ConfigurationException.Storage full) {
      outcomes.put(command.id(), failed(command.id(), full.code(), full.getMessage()));
      return;
    }
    boolean first = !queues.containsKey(command.vm());
    enqueue(execution(command, false, Optional.empty()));
    if (started && first) {
      work(command.vm());
    }
  }

  /** A command that this version can't read: it fails, and is told so like any other. */
  public void refuse(String id, String code, String sentence) {
    synchronized (this) {
      if (unfinished.containsKey(id) || outcomes.containsKey(id)) {
        return;
      }
      finish(failed(id, code, sentence));
    }
    changed();
  }

  /** Ids of the commands that wait or run, or whose outcome waits for acknowledgement. */
  public synchronized List<String> known() {
    List<String> known = new ArrayList<>(unfinished.keySet());
    known.addAll(outcomes.keySet());
    return known;
  }

  /** Outcomes that the manager has not acknowledged. */
  public synchronized List<CommandOutcome> outcomes() {
    return List.copyOf(outcomes.values());
  }

  /** How far the commands are that wait or run. */
  public synchronized List<CommandProgress> progress() {
    Collection<Execution> all = unfinished.values();
    return all.stream().map(Execution::latest).toList();
  }

  /** The manager stored the outcome: forget the command. */
  public synchronized void acknowledged(String id) {
    if (outcomes.remove(id) != null) {
      journal.forget(id);
    }
  }

  /** Somebody wants the command stopped. */
  public synchronized void cancel(String id) {
    Execution execution = unfinished.get(id);
    if (execution != null) {
      execution.cancel();
    }
  }

  /**
   * Somebody wants the command to stand still where that is safe, or to go on. One that stands
   * still leaves its place to others, and still stands when the agent starts again.
   */
  public void pause(String id, boolean wanted) {
    synchronized (this) {
      Execution execution = unfinished.get(id);
      if (execution == null || !execution.pause(wanted)) {
        return;
      }
      if (wanted) {
        remember(execution);
      } else {
        forgetPause(id);
      }
    }
    changed();
  }

  /** Whether a command of this VM stands still, or will as soon as it can. */
  public synchronized boolean pauses(UUID vm) {
    return queues.getOrDefault(vm, new ArrayDeque<>()).stream().anyMatch(Execution::pauseWanted);
  }

  /** A mark that can't be written is missed only by an agent that starts again meanwhile. */
  private void remember(Execution execution) {
    try {
      journal.pause(execution.latest());
    } catch (ConfigurationException.Storage full) {
      LOG.error(
          "Command {} is paused in memory only: {}", execution.command().id(), full.getMessage());
    }
  }

  private void forgetPause(String id) {
    try {
      journal.goOn(id);
    } catch (ConfigurationException.Storage stays) {
      LOG.warn("Command {} goes on, its mark stays: {}", id, stays.getMessage());
    }
  }

  /** Has {@code listener} called when a command is accepted, gets on or ends. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Begins nothing more and gives running commands a moment to end. Those that do not are resumed
   * by the next process, as after a crash.
   */
  @Override
  public synchronized void close() {
    closing = true;
    long deadline = System.nanoTime() + CLOSING.toNanos();
    try {
      for (long left = CLOSING.toMillis(); running > 0 && left > 0; ) {
        wait(left);
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
      abandoned = true;
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  private Execution execution(
      HostCommand command, boolean resumed, Optional<CommandProgress> paused) {
    return new Execution(command, resumed, paused, new Slot(), this::changed);
  }

  private void enqueue(Execution execution) {
    HostCommand command = execution.command();
    unfinished.put(command.id(), execution);
    queues.computeIfAbsent(command.vm(), vm -> new ArrayDeque<>()).add(execution);
  }

  private void work(UUID vm) {
    Thread.ofVirtual().name("vm-" + vm).start(() -> workOff(vm));
  }

  private void workOff(UUID vm) {
    try {
      for (Optional<Execution> next = next(vm); next.isPresent(); next = next(vm)) {
        slots.acquire();
        try {
          run(next.get());
        } finally {
          slots.release();
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** The VM's next command, which stays in the queue so that nobody else works it off. */
  private synchronized Optional<Execution> next(UUID vm) {
    Deque<Execution> queue = queues.get(vm);
    if (queue == null || closing) {
      return Optional.empty();
    }
    if (queue.isEmpty()) {
      queues.remove(vm);
      return Optional.empty();
    }
    return Optional.of(queue.element());
  }

  private void run(Execution execution) {
    synchronized (this) {
      if (closing) {
        return;
      }
      running++;
    }
    CommandOutcome outcome = execute(execution);
    synchronized (this) {
      running--;
      notifyAll();
      if (abandoned) {
        // What it needs was closed under it: its failure says nothing; the next process resumes.
        return;
      }
      queues.getOrDefault(execution.command().vm(), new ArrayDeque<>()).remove(execution);
      unfinished.remove(execution.command().id());
      finish(outcome);
    }
    changed();
  }

  private CommandOutcome execute(Execution execution) {
    HostCommand command = execution.command();
    execution.begin();
    if (execution.cancelled() && !execution.resumed()) {
      return new CommandOutcome.Cancelled(
          command.id(), "Cancelled before it began; nothing was changed.", Optional.empty());
    }
    LOG.info("Runs {}.", CommandJournal.describe(command));
    try {
      CommandOutcome outcome = executor.execute(command, execution);
      LOG.info("Ended {}: {}", CommandJournal.describe(command), ending(outcome));
      return outcome;
    } catch (RuntimeException | LinkageError bug) {
      LOG.error("A defect of this software ended {}.", CommandJournal.describe(command), bug);
      return failed(
          command.id(),
          "internal_error",
          "A defect of this software ended the command ("
              + bug.getClass().getSimpleName()
              + "). What was begun is finished or rolled back when the agent starts again. Please"
              + " report it with the host's log.");
    }
  }

  /** An outcome that can't be stored is told all the same; a crash before would repeat the run. */
  private void finish(CommandOutcome outcome) {
    try {
      journal.finish(outcome);
    } catch (ConfigurationException.Storage full) {
      LOG.error("The outcome of command {} is in memory only: {}", outcome.id(), full.getMessage());
    }
    outcomes.put(outcome.id(), outcome);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  private static String ending(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Succeeded succeeded -> succeeded.summary();
      case CommandOutcome.Failed failed -> failed.code() + ": " + failed.sentence();
      case CommandOutcome.Cancelled cancelled -> "cancelled. " + cancelled.summary();
    };
  }

  private static CommandOutcome failed(String id, String code, @Nullable String sentence) {
    return new CommandOutcome.Failed(id, code, String.valueOf(sentence), Optional.empty());
  }

  /** At most so many commands are at work. */
  private final class Slot implements Execution.Turn {
    @Override
    public void giveBack(Execution execution) {
      synchronized (CommandRunner.this) {
        running--;
        CommandRunner.this.notifyAll();
        if (execution.pauseWanted()) {
          remember(execution);
        }
      }
      slots.release();
    }

    @Override
    public void takeAgain() {
      slots.acquireUninterruptibly();
      synchronized (CommandRunner.this) {
        running++;
      }
    }

    @Override
    public boolean ending() {
      return closing;
    }
  }
}
