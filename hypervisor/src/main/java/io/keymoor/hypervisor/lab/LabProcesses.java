package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The processes of one private host, told by a mount that only they can see: QEMU and swtpm leave
 * their parent, and process numbers in files outlive a crash and get used again.
 */
final class LabProcesses {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOUNT_POINT_FIELD = 4;

  private final String marks;

  /** Those that see a mount below this absolute path. */
  LabProcesses(Path marks) {
    // The kernel writes blanks in mount tables in octal.
    this.marks = marks.toString().replace("\\", "\\134").replace(" ", "\\040") + "/";
  }

  List<ProcessHandle> living() {
    return ProcessHandle.allProcesses().filter(this::seesAMark).toList();
  }

  private boolean seesAMark(ProcessHandle process) {
    Path table = Path.of("/proc", Long.toString(process.pid()), "mountinfo");
    try (Stream<String> mounts = Files.lines(table)) {
      return mounts.map(line -> line.split(" ")).anyMatch(this::isAMark);
    } catch (IOException | UncheckedIOException e) {
      // It ended, or is none of ours to look into.
      return false;
    }
  }

  private boolean isAMark(String[] mount) {
    return mount.length > MOUNT_POINT_FIELD && mount[MOUNT_POINT_FIELD].startsWith(marks);
  }

  /** Kills them all, those that are born meanwhile too, and waits until they are gone. */
  void killAll() {
    for (List<ProcessHandle> rest = living(); !rest.isEmpty(); rest = living()) {
      rest.forEach(ProcessHandle::destroyForcibly);
      rest.forEach(LabProcesses::awaitEnd);
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    CompletableFuture<ProcessHandle> end = process.onExit();
    try {
      end.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailed("kill", "waiting for the end of a process was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new ProgramFailed("kill", "process " + process.pid() + " does not end", e);
    }
  }
}
