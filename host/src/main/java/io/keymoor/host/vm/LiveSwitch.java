package io.keymoor.host.vm;

import io.keymoor.disk.engine.TargetImage;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Carries out a {@link LiveDraft}: journal, sidecar, prepared image, QEMU's copy, switch, record,
 * old image (decision 0005). The switch is the commit point.
 *
 * <p>A failure or a cancel before the switch ends the copy, rolls back and throws; a failure after
 * it is a warning, and recovery goes on with what is left to do.
 */
final class LiveSwitch {
  private static final long POLL_MILLIS = 100;
  private static final int SECTOR_BYTES = 512;

  /** For so many looks libvirt may be away, as during its upgrade; QEMU copies on meanwhile. */
  private static final int MOST_LOOKS_IN_VAIN = 3000;

  private final VmTools tools;
  private final LiveDraft draft;
  private final CommandControl control;
  private final String verb;
  private final Steps steps;
  private final Settlement settlement;

  /** Whether QEMU was told to copy next to nothing. */
  private boolean slowed;

  /** A switch; {@code verb} says what it does to the disk, such as "encrypting". */
  LiveSwitch(VmTools tools, LiveDraft draft, CommandControl control, String verb) {
    this.tools = tools;
    this.draft = draft;
    this.control = control;
    this.verb = verb;
    this.steps = new Steps(draft.operation().kind(), tools.trigger());
    this.settlement = new Settlement(tools);
  }

  /** Does it and returns the warnings. */
  List<String> run() {
    tools.journal().begin(draft.operation());
    Operation switching;
    try {
      steps.reached(Step.JOURNAL_WRITTEN);
      control.pausable(true);
      prepare();
      startCopy();
      awaitReady();
      control.pausable(false);
      steps.reached(Step.DISK_COPIED);
      requireUnchanged();
      switching = tools.journal().reached(draft.operation(), Operation.Stage.SWITCHING);
    } catch (RuntimeException failure) {
      throw rolledBack(failure);
    }
    steps.reached(Step.SWITCHING);
    try {
      tools.hypervisor().blockCopies().pivot(vm(), target());
    } catch (HypervisorException failure) {
      return settledAfter(switching, failure);
    }
    steps.reached(Step.COMMITTED);
    return settlement.finish(switching, control).warnings();
  }

  private UUID vm() {
    return draft.domain().id();
  }

  private String target() {
    return draft.plan().target();
  }

  private void prepare() {
    DiskPlan plan = draft.plan();
    draft
        .after()
        .ifPresent(record -> {
          RecordCopies.writeSidecar(plan.newImage(), record);
          steps.reached(Step.SIDECAR_WRITTEN);
        });
    try (PartKey key = PartKey.of(draft.newDeks().get(plan.part()))) {
      tools
          .engine()
          .prepare(
              new TargetImage(plan.newImage(), plan.newFormat(), key.diskKey()),
              plan.sizeBytes(),
              plan.oldImage());
    }
    steps.reached(Step.TARGET_PREPARED);
    if (draft.operation().homeAfter()) {
      Path home = draft.operation().homePath().orElseThrow();
      VmHome.make(home, draft.domain().definition().tpm().isPresent());
      steps.reached(Step.HOME_MADE);
    }
  }

  /** QEMU has the passphrase when the copy has started; libvirt needs it no longer (R17). */
  private void startCopy() {
    DiskPlan plan = draft.plan();
    BlockCopies.Target to =
        new BlockCopies.Target(plan.newImage(), plan.driverType(), draft.secret());
    control.progress(phase(), 0, plan.sizeBytes(), "bytes");
    try (PartKey key = PartKey.of(draft.newDeks().get(plan.part()))) {
      key.passphrase().ifPresent(this::giveSecret);
      tools.hypervisor().blockCopies().start(vm(), target(), to, draft.bytesPerSecond());
    } finally {
      draft.secret().ifPresent(tools.hypervisor()::removeSecret);
    }
  }

  private void giveSecret(SecretBytes passphrase) {
    tools
        .hypervisor()
        .putSecret(
            draft.secret().orElseThrow(),
            "Keymoor, new image of " + draft.plan().part() + " of VM " + vm(),
            passphrase);
  }

  private String phase() {
    return verb + " " + draft.plan().part() + " while the VM runs";
  }

  private void awaitReady() {
    int inVain = 0;
    while (true) {
      if (control.cancelled() || Thread.currentThread().isInterrupted()) {
        throw VmException.cancelled(draft.domain().name());
      }
      try {
        standStill();
        BlockCopies.Progress progress =
            tools.hypervisor().blockCopies().progress(vm(), target()).orElseThrow(this::ended);
        inVain = 0;
        control.progress(phase(), progress.done(), progress.total(), "bytes");
        steps.reached(Step.COPYING);
        if (progress.ready() && !control.pauseWanted()) {
          return;
        }
      } catch (HypervisorException.Unavailable away) {
        inVain++;
        if (inVain > MOST_LOOKS_IN_VAIN) {
          throw away;
        }
      }
      Pause.ofMillis(POLL_MILLIS);
    }
  }

  /** While the copy stands still the guest's writes go to both images all the same. */
  private void standStill() {
    BlockCopies copies = tools.hypervisor().blockCopies();
    if (control.pauseWanted()) {
      copies.limit(vm(), target(), BlockCopies.NEXT_TO_NOTHING);
      slowed = true;
      control.standStill(this::requireCopying);
    }
    if (slowed && !control.pauseWanted() && !control.cancelled()) {
      copies.limit(vm(), target(), draft.bytesPerSecond());
      slowed = false;
    }
  }

  private void requireCopying() {
    try {
      BlockCopies.Progress _ =
          tools.hypervisor().blockCopies().progress(vm(), target()).orElseThrow(this::ended);
    } catch (HypervisorException.Unavailable away) {
      // QEMU keeps the copy. A pause outlasts every absence of libvirt.
    }
  }

  /** Why the copy is there no more. */
  private VmException ended() {
    String name = draft.domain().name();
    if (!tools.domain(vm()).active()) {
      return new VmException(
          "vm_stopped_meanwhile",
          "VM \""
              + name
              + "\" stopped while its disk "
              + target()
              + " was being copied. The disk is as the VM left it. Do the same again, now with the"
              + " VM off, or start it first: keymoor vm start "
              + name);
    }
    return new VmException(
        "live_copy_failed",
        "QEMU could not write the new image "
            + draft.plan().newImage()
            + ", or read the old one"
            + room()
            + ". VM \""
            + name
            + "\" runs on with its old image, and the new one was removed. Make room, or look for"
            + " the reason in the VM's log of libvirt, and do the same again.");
  }

  private String room() {
    Path directory = draft.plan().newImage().toAbsolutePath().getParent();
    if (directory == null) {
      return "";
    }
    try {
      return " (" + tools.freeSpace().in(directory) + " bytes are free in " + directory + ")";
    } catch (IOException unknown) {
      return "";
    }
  }

  /** What others changed meanwhile stays, unless it is what we change. */
  private void requireUnchanged() {
    DomainDefinition before = draft.domain().definition();
    Domain now = tools.domain(vm());
    DomainDefinition present = now.definition();
    if (!present.disk(target()).equals(before.disk(target()))) {
      throw VmException.changedMeanwhile(now.name(), "its disk " + target() + " is another");
    }
    if (!present.keyRecord().equals(before.keyRecord())) {
      throw VmException.changedMeanwhile(now.name(), "its key record is another");
    }
  }

  private RuntimeException rolledBack(RuntimeException failure) {
    try {
      settlement.rollBack(draft.operation());
    } catch (RuntimeException notNow) {
      failure.addSuppressed(notNow);
    }
    return failure;
  }

  /** Only what the VM runs on, and its definition, tell whether it was switched. */
  private List<String> settledAfter(Operation switching, HypervisorException failure) {
    Settlement.Settled settled;
    try {
      settled = settlement.settle(switching, control);
    } catch (HypervisorException stillAway) {
      failure.addSuppressed(stillAway);
      throw unsettled(failure);
    }
    return switch (settled) {
      case Settlement.Finished finished -> finished.warnings();
      case Settlement.RolledBack back -> throw failure;
      case Settlement.Undecided undecided -> throw unsettled(failure);
    };
  }

  private VmException unsettled(HypervisorException failure) {
    return new VmException(
        "operation_unsettled",
        "It is not known yet whether disk "
            + target()
            + " of VM \""
            + draft.domain().name()
            + "\" was switched to its new image: "
            + failure.getMessage()
            + " Old and new images are kept; as soon as libvirt answers again the operation is"
            + " finished or rolled back by itself.",
        failure);
  }

  /** The VM runs on the image that its definition names, and nobody else copies it. */
  static void requireSteady(VmTools tools, Domain domain, DiskPlan plan) {
    Optional<DomainDefinition> live = tools.hypervisor().liveDefinition(domain.id());
    Optional<Path> running =
        live.flatMap(definition -> definition.disk(plan.target())).flatMap(DomainDisk::file);
    if (running.filter(file -> Disks.same(file, plan.oldImage())).isEmpty()) {
      throw VmException.part(
          "disk_differs_live",
          domain.name(),
          plan.part(),
          "is another one in the running VM than in its definition",
          "Shut the VM down, so that both are the same, and do the same again.");
    }
    if (plan.sizeBytes() % SECTOR_BYTES != 0) {
      throw VmException.part(
          "disk_size_odd",
          domain.name(),
          plan.part(),
          "has " + plan.sizeBytes() + " bytes, which are no whole sectors",
          "Do it by copy with the VM off (--copy), or give the image whole sectors.");
    }
    if (live.flatMap(definition -> definition.mirror(plan.target())).isPresent()) {
      throw VmException.part(
          "disk_being_copied",
          domain.name(),
          plan.part(),
          "is being copied by somebody else",
          "Wait for the end of that, or end it: virsh blockjob " + domain.name());
    }
  }
}
