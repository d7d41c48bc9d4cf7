package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.Machine;
import io.keymoor.disk.linux.LinuxMachine;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel is asked, through ionice, in what class the threads that do the work are. */
class LastAtTheDiskTest {
  private static final LinuxMachine LINUX = new LinuxMachine();

  /** What the kernel said of threads that encrypted, by name. */
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeEach
  void needPriorities() {
    Tools.require("ionice");
    assumeThat(new LastAtTheDisk(LINUX).run(LastAtTheDiskTest::ioClass))
        .as("a kernel that lets this process choose")
        .contains("idle");
  }

  @ParameterizedTest
  @EnumSource(names = {"COPY", "IN_PLACE"})
  void whoeverMovesADiskComesLast(Rewrite.Way way, @TempDir Path directory) {
    try (TestHost host = new TestHost(directory, new Witness())) {
      host.defineVm();
      host.remember();
      seen.clear();
      HostCommand command = TestHost.encrypt(new Rewrite(way, 0));
      host.succeed(command);
      List<String> workers = seen.stream().filter(said -> said.startsWith("disk-")).toList();
      host.assertContentsAreAsBefore();
      assertThat(workers).isNotEmpty().allMatch(said -> said.contains("idle"));
      assertThat(ioClass()).doesNotContain("idle");
    }
  }

  /** Is asked for a cipher by each thread that needs one. */
  private final class Witness implements Machine {
    @Override
    public Optional<BulkAes> aes(byte[] keys, int offset) {
      seen.add(ioClass());
      return Optional.empty();
    }

    @Override
    public Optional<DataRuns> dataRuns(Path file) {
      return Optional.empty();
    }

    @Override
    public boolean yieldDisks() {
      return LINUX.yieldDisks();
    }
  }

  private static String ioClass() {
    try {
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      return Thread.currentThread().getName() + " " + Tools.run("ionice", "-p", thread);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheWorkThrowsIsThrown() {
    assertThatThrownBy(() ->
            new LastAtTheDisk(LINUX)
                .run(() -> {
                  throw new DiskException.Cancelled();
                }))
        .isInstanceOf(DiskException.Cancelled.class);
  }

  @Test
  void anInterruptReachesTheWorkAndItsEndIsAwaited() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean awaited = new AtomicBoolean();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              String how = new LastAtTheDisk(LINUX).run(() -> untilInterrupted(begun, ended));
              awaited.set(
                  ended.get()
                      && how.equals("interrupted")
                      && Thread.currentThread().isInterrupted());
            });
    begun.await();
    caller.interrupt();
    caller.join();
    assertThat(awaited).isTrue();
  }

  private static String untilInterrupted(CountDownLatch begun, AtomicBoolean ended) {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      return "let go";
    } catch (InterruptedException e) {
      ended.set(true);
      return "interrupted";
    }
  }
}
