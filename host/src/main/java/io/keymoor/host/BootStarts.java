package io.keymoor.host;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.command.VmInventory;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.VmReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a boot, starts the encrypted VMs that libvirt was to start by itself and could not (R17):
 * because it did not let the agent give it their keys yet, or because these were not here.
 *
 * <p>Guarantee: once per boot, as libvirt does it; a VM that ran since the boot is not started
 * again, so one that was shut down on purpose stays off, also when the agent restarts. Tries until
 * each runs, was started by somebody else, or is marked for autostart no longer. Thread-safe.
 */
final class BootStarts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BootStarts.class);
  private static final CommandControl QUIET =
      new CommandControl() {
        @Override
        public void progress(String phase, long done, long total, String unit) {
          // Nobody waits for it.
        }

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final Hypervisor hypervisor;
  private final VmInventory inventory;
  private final CommandExecutor executor;
  private final Path marks;
  private final Duration pause;
  private final Semaphore news = new Semaphore(0);
  private final Map<UUID, String> told = new HashMap<>();
  private volatile boolean closed;

  /**
   * For one host.
   *
   * @param marks a directory that a boot empties: what was done since then
   * @param pause between two attempts when nothing happens
   */
  BootStarts(
      Hypervisor hypervisor,
      VmInventory inventory,
      CommandExecutor executor,
      Path marks,
      Duration pause) {
    this.hypervisor = hypervisor;
    this.inventory = inventory;
    this.executor = executor;
    this.marks = marks;
    this.pause = pause;
  }

  /** Begins; call it when what an earlier agent left half done was brought to its end. */
  void start() {
    Thread.ofVirtual().name("boot-starts").start(this::run);
  }

  /** Keys or VMs may have changed. */
  void changed() {
    news.release();
  }

  private void run() {
    try {
      while (!closed && !isDone()) {
        round();
        var _ = news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      LOG.error("VMs are not started after this boot: {} can't be used.", marks, failure);
    }
  }

  private boolean isDone() {
    return Files.exists(marks.resolve("all"));
  }

  private void round() throws IOException {
    try {
      List<VmReport> all = inventory.report();
      boolean waiting = false;
      for (VmReport vm : all) {
        waiting |= isToStart(vm) && !start(vm);
      }
      if (!waiting) {
        mark("all");
      }
    } catch (HypervisorException away) {
      LOG.debug("libvirt can't be asked yet: {}", away.getMessage());
    }
  }

  private boolean isToStart(VmReport vm) throws IOException {
    boolean encrypted = vm.parts().stream().anyMatch(VmReport.PartReport::encrypted);
    if (!encrypted || Files.exists(marks.resolve(vm.id().toString()))) {
      return false;
    }
    if (vm.power() != VmReport.Power.OFF) {
      mark(vm.id().toString());
      return false;
    }
    return hypervisor.autostarts(vm.id());
  }

  /** Whether there is nothing more to do for it. */
  private boolean start(VmReport vm) throws IOException {
    CommandOutcome outcome =
        executor.execute(new HostCommand.StartVm("boot-" + vm.id(), vm.id()), QUIET);
    if (outcome instanceof CommandOutcome.Succeeded) {
      LOG.info("Started VM \"{}\", which libvirt was to start at boot.", vm.name());
      mark(vm.id().toString());
      return true;
    }
    String why = outcome instanceof CommandOutcome.Failed failed ? failed.sentence() : "";
    if (!why.equals(told.put(vm.id(), why))) {
      LOG.warn("VM \"{}\" is marked for autostart and waits: {}", vm.name(), why);
    }
    return false;
  }

  private void mark(String name) throws IOException {
    Files.createDirectories(marks);
    Path mark = marks.resolve(name);
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
  }

  @Override
  public void close() {
    closed = true;
    news.release();
  }
}
