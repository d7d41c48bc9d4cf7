package io.keymoor.disk.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class IoPriorityTest {
  private final LinuxMachine machine = new LinuxMachine(true);

  /**
   * What a thread found: whether the kernel took it, and the classes of itself and of its child.
   */
  private record Seen(boolean taken, String own, String child) {}

  @Test
  void theThreadThatAsksAndThoseItStartsComeLastAndNobodyElse() throws Exception {
    assumeThat(Path.of("/usr/bin/ionice")).as("ionice of util-linux").exists();
    Seen seen =
        inAThread(() -> new Seen(machine.yieldDisks(), ioClass(), inAThread(this::ioClass)));
    assumeThat(seen.taken()).as("a kernel that lets this process choose").isTrue();
    assertThat(seen.own()).startsWith("idle");
    assertThat(seen.child()).startsWith("idle");
    assertThat(ioClass()).doesNotStartWith("idle");
  }

  /** The kernel's word, through another program. */
  private String ioClass() {
    try {
      String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
      Process ionice =
          new ProcessBuilder("/usr/bin/ionice", "-p", thread).redirectErrorStream(true).start();
      return new String(ionice.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T inAThread(Callable<T> task) throws InterruptedException, ExecutionException {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().start(future);
    return future.get();
  }
}
