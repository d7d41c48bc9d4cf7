package io.keymoor.host.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.holder.KeyHolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The key holders of a test's directory, found by what they were started with. */
public final class HolderProcesses {
  private HolderProcesses() {}

  /** Those that run for this directory. */
  public static List<ProcessHandle> of(Path directory) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .map(List::of)
                .filter(arguments -> arguments.contains(KeyHolder.class.getName()))
                .filter(arguments -> arguments.getLast().equals(directory.toString()))
                .isPresent())
        .toList();
  }

  /** SIGKILL, to all of them; returns when they are gone. */
  public static void kill(Path directory) {
    for (ProcessHandle holder : of(directory)) {
      assertThat(holder.destroyForcibly()).isTrue();
      try {
        holder.onExit().get(60, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException lasting) {
        throw new AssertionError("a killed key holder does not end", lasting);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
