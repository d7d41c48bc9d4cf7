package io.keymoor.quickstart.scene;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends key holders, which no agent ends: they are there to outlive it. */
final class KeyHolderProcess {
  private static final String MAIN = "io.keymoor.host.holder.KeyHolder";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private KeyHolderProcess() {}

  /** {@code kill -9}, to those of this directory; returns when they are gone. */
  static void killAll(Path directory) {
    ProcessHandle.allProcesses()
        .filter(process -> serves(process, directory))
        .toList()
        .forEach(KeyHolderProcess::kill);
  }

  private static boolean serves(ProcessHandle process, Path directory) {
    return process
        .info()
        .arguments()
        .map(List::of)
        .filter(words -> words.contains(MAIN) && words.getLast().equals(directory.toString()))
        .isPresent();
  }

  private static void kill(ProcessHandle holder) {
    holder.destroyForcibly();
    try {
      holder.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException lasting) {
      throw new StoryFailed("The key holder " + holder.pid() + " does not end.", lasting);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
