package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies the disks of one change, several at once, but no more than there are processors. None of
 * them is in use before all are done, so their order does not matter. The first that fails, or is
 * cancelled, stops the others, and its failure is thrown once all have stopped. A pause is heard
 * between two chunks. Used once.
 */
final class DiskCopies {
  private final VmTools tools;
  private final Draft draft;
  private final CommandControl control;
  private final Steps steps;
  private final CancelToken cancel = new CancelToken();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLongArray done;
  private final AtomicInteger copied = new AtomicInteger();

  DiskCopies(VmTools tools, Draft draft, CommandControl control, Steps steps) {
    this.tools = tools;
    this.draft = draft;
    this.control = control;
    this.steps = steps;
    this.done = new AtomicLongArray(draft.disks().size());
  }

  /** Returns when every disk has its new image; from then on there is nothing to pause. */
  void run() {
    copyAll();
    control.pausable(false);
  }

  private void copyAll() {
    int count = draft.disks().size();
    int atOnce = Math.min(count, Runtime.getRuntime().availableProcessors());
    if (atOnce <= 1) {
      for (int i = 0; i < count; i++) {
        copy(i);
      }
      return;
    }
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce, Thread.ofPlatform().name("disk-copy-", 0).daemon().factory())) {
      for (int i = 0; i < count; i++) {
        int disk = i;
        threads.execute(() -> copyUnlessStopped(disk));
      }
    }
    switch (failure.get()) {
      case null -> requireAllCopied();
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /** An interrupted wait drops those that have not begun. */
  private void requireAllCopied() {
    if (copied.get() < draft.disks().size()) {
      throw new DiskException.Cancelled();
    }
  }

  private void copyUnlessStopped(int disk) {
    if (cancel.isCancelled()) {
      return;
    }
    try {
      copy(disk);
      copied.incrementAndGet();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      cancel.cancel();
    }
  }

  private void copy(int disk) {
    DiskPlan plan = draft.disks().get(disk);
    try (PartKey present = PartKey.of(draft.oldDeks().get(plan.part()));
        PartKey wanted = PartKey.of(draft.newDeks().get(plan.part()))) {
      CopyRequest request =
          new CopyRequest(
              new SourceImage(
                  plan.oldImage(),
                  plan.sourceFormat(),
                  present.diskKey(),
                  BackingRule.SAME_DIRECTORY),
              new TargetImage(plan.newImage(), plan.newFormat(), wanted.diskKey()));
      tools.lastAtTheDisk().run(() -> tools.engine().copy(request, progressOf(disk), cancel));
    }
    done.set(disk, 2 * plan.sizeBytes());
    steps.reached(Step.DISK_COPIED);
  }

  /** Of all disks together. */
  private ProgressListener progressOf(int disk) {
    long total = draft.disks().stream().mapToLong(plan -> 2 * plan.sizeBytes()).sum();
    String phase = phase();
    return (bytes, ofDisk) -> {
      steps.reached(Step.COPYING);
      done.set(disk, bytes);
      control.progress(phase, doneByAll(), total, "bytes");
      control.standStill(() -> {});
      if (control.cancelled()) {
        cancel.cancel();
      }
    };
  }

  private long doneByAll() {
    long sum = 0;
    for (int i = 0; i < done.length(); i++) {
      sum += done.get(i);
    }
    return sum;
  }

  private String phase() {
    Kind kind = draft.operation().kind();
    String verb =
        kind.oldInClear() ? "encrypting " : kind.newInClear() ? "decrypting " : "rekeying ";
    return draft.disks().stream().map(DiskPlan::part).collect(Collectors.joining(", ", verb, ""))
        + " by copy";
  }
}
