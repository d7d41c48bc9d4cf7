package io.keymoor.cli.output;

import io.keymoor.cli.client.ClientFailure.ManagerUnreachable;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.client.TaskListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Shows a task on standard error: a bar with rate and time left where a person looks, one line per
 * phase elsewhere. Call {@link #finish} before printing anything else. Not thread-safe.
 */
public final class TaskProgress implements TaskListener {
  private static final int BAR = 24;
  private static final int LINE = 79;
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final boolean drawing;
  private final InstantSource clock;

  private String phase = "";
  private long phaseStartDone;
  private Instant phaseStart;
  private Instant lastPlain;
  private boolean lineOpen;
  private String silence = "";

  public TaskProgress(Terminal terminal, InstantSource clock) {
    this.err = terminal.err();
    this.drawing = terminal.interactive();
    this.clock = clock;
    this.phaseStart = clock.instant();
    this.lastPlain = Instant.EPOCH;
  }

  @Override
  public void changed(Task task) {
    tellOfSilence(task.hostSilent());
    Instant now = clock.instant();
    String words = words(task);
    boolean newPhase = !words.equals(phase);
    if (newPhase) {
      phase = words;
      phaseStart = now;
      phaseStartDone = task.done();
    }
    if (task.ended() || phase.isEmpty()) {
      return;
    }
    if (!newPhase && task.state() == Task.State.PAUSED) {
      // Nothing moves until somebody says so.
      return;
    }
    if (drawing) {
      draw(bar(task, now));
    } else if (newPhase || now.isAfter(lastPlain.plus(PLAIN_INTERVAL))) {
      lastPlain = now;
      err.println(plain(task));
      err.flush();
    }
  }

  private static String words(Task task) {
    return task.state() == Task.State.PAUSED ? "paused: " + task.phase() : task.phase();
  }

  /** Once, and again when it is another silence. */
  private void tellOfSilence(String now) {
    if (!now.equals(silence) && !now.isEmpty()) {
      finish();
      err.println(DisplayText.shown(now));
      err.flush();
    }
    silence = now;
  }

  @Override
  public void managerAway(ManagerUnreachable why) {
    finish();
    err.println("The manager went away; the task goes on. Trying to reach it again ...");
    err.flush();
  }

  /** Removes the bar. */
  public void finish() {
    if (lineOpen) {
      err.print("\r" + " ".repeat(LINE) + "\r");
      err.flush();
      lineOpen = false;
    }
  }

  private void draw(String line) {
    err.print("\r" + DisplayText.padded(line, LINE));
    err.flush();
    lineOpen = true;
  }

  private static String plain(Task task) {
    String words = DisplayText.shown(words(task));
    return task.total() > 0 ? words + ": " + percent(task) + " % of " + size(task) : words;
  }

  private String bar(Task task, Instant now) {
    String words = DisplayText.shown(words(task));
    if (task.total() <= 0) {
      return words + " ...";
    }
    int filled = (int) (BAR * fraction(task));
    String line =
        words + " [" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " + percent(task) + " %";
    return line + pace(task, now);
  }

  private String pace(Task task, Instant now) {
    double seconds = Duration.between(phaseStart, now).toNanos() / 1e9;
    long moved = task.done() - phaseStartDone;
    boolean paced = task.unit().equals("bytes") || task.unit().equals("objects");
    if (!paced || moved <= 0 || seconds < 0.2) {
      return "";
    }
    double rate = moved / seconds;
    Duration left = Duration.ofSeconds(Math.round((task.total() - task.done()) / rate));
    return "  "
        + (task.unit().equals("bytes") ? Quantity.bytes(rate) : Long.toString(Math.round(rate)))
        + "/s  "
        + left.toMinutes()
        + ":"
        + (left.toSecondsPart() < 10 ? "0" : "")
        + left.toSecondsPart()
        + " left";
  }

  private static double fraction(Task task) {
    return Math.clamp((double) task.done() / task.total(), 0.0, 1.0);
  }

  private static int percent(Task task) {
    return (int) (100 * fraction(task));
  }

  private static String size(Task task) {
    return task.unit().equals("bytes")
        ? Quantity.bytes((double) task.total())
        : task.total() + " " + task.unit();
  }
}
