package io.keymoor.host.vm;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.hypervisor.HypervisorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Block copies of a libvirt in memory: the images are real, and copied at once. */
final class FakeBlockCopies implements BlockCopies {
  /** How copies go. */
  enum Course {
    WELL,
    /** QEMU can't write to the target. */
    FAILS,
    /** There is always something left to copy. */
    LASTS,
    /** The guest powers itself off. */
    VM_STOPS,
    /** QEMU switches, and libvirt dies before it writes that down. */
    SWITCHED_UNSAVED,
    /** QEMU refuses to switch. */
    NOT_SWITCHED
  }

  private final FakeHypervisor hypervisor;
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private final Map<String, Target> jobs = new HashMap<>();
  private Course course = Course.WELL;
  private long lastRate;

  FakeBlockCopies(FakeHypervisor hypervisor) {
    this.hypervisor = hypervisor;
  }

  synchronized void go(Course next) {
    course = next;
  }

  synchronized long lastRate() {
    return lastRate;
  }

  synchronized void stopped(UUID domain) {
    jobs.keySet().removeIf(job -> job.startsWith(domain.toString()));
  }

  private static String job(UUID domain, String disk) {
    return domain + " " + disk;
  }

  @Override
  public synchronized void start(UUID domain, String disk, Target to, long bytesPerSecond) {
    hypervisor.requireThere();
    lastRate = bytesPerSecond;
    if (!Files.exists(to.file())) {
      throw refused("the target is not there");
    }
    to.luksSecret().ifPresent(hypervisor::takeIn);
    copy(hypervisor.liveDefinition(domain).orElseThrow().disk(disk).orElseThrow(), to);
    jobs.put(job(domain, disk), to);
  }

  private void copy(DomainDisk disk, Target to) {
    Path file = disk.file().orElseThrow();
    SourceFormat plain = disk.luksSecret().isPresent() ? SourceFormat.RAW : SourceFormat.PLAIN_RAW;
    SourceImage source =
        new SourceImage(
            file,
            disk.format().equals("qcow2") ? SourceFormat.QCOW2 : plain,
            key(disk.luksSecret()),
            BackingRule.SAME_DIRECTORY);
    ContainerFormat format =
        to.format().equals("qcow2") ? ContainerFormat.QCOW2 : ContainerFormat.RAW;
    Path made = to.file().resolveSibling(to.file().getFileName() + ".made");
    engine.copy(
        new CopyRequest(source, new TargetImage(made, format, key(to.luksSecret()))),
        ProgressListener.SILENT,
        new CancelToken());
    try {
      Files.move(made, to.file(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DiskKey key(Optional<UUID> secret) {
    return secret
        .<DiskKey>map(id -> new DiskKey.RandomSecret(hypervisor.inQemu(id)))
        .orElse(DiskKey.NONE);
  }

  @Override
  public synchronized Optional<Progress> progress(UUID domain, String disk) {
    hypervisor.requireThere();
    switch (course) {
      case FAILS -> jobs.remove(job(domain, disk));
      case VM_STOPS -> hypervisor.power(domain, Domain.Power.OFF);
      case WELL, LASTS, SWITCHED_UNSAVED, NOT_SWITCHED -> {}
    }
    return Optional.ofNullable(jobs.get(job(domain, disk)))
        .map(to -> new Progress(to.file(), 1, 2, course != Course.LASTS));
  }

  @Override
  public synchronized void limit(UUID domain, String disk, long bytesPerSecond) {
    hypervisor.requireThere();
    lastRate = bytesPerSecond;
  }

  @Override
  public synchronized void pivot(UUID domain, String disk) {
    hypervisor.requireThere();
    Target to = jobs.get(job(domain, disk));
    if (to == null || course == Course.LASTS || course == Course.NOT_SWITCHED) {
      throw refused("it is not ready");
    }
    jobs.remove(job(domain, disk));
    hypervisor.switchDisk(domain, disk, to, course != Course.SWITCHED_UNSAVED);
    if (course == Course.SWITCHED_UNSAVED) {
      hypervisor.away(true);
      hypervisor.requireThere();
    }
  }

  @Override
  public synchronized void abort(UUID domain, String disk) {
    hypervisor.requireThere();
    jobs.remove(job(domain, disk));
  }

  private static HypervisorException refused(String words) {
    return new HypervisorException.Refused("the copy did not go on", words, new IOException(words));
  }
}
