package io.keymoor.host.vm;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.disk.DiskException;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a {@link Draft}: journal, new files, one definition, old files (decision 0001).
 *
 * <p>A failure or a cancel before the commit rolls back and throws; a failure after it is a
 * warning, and recovery goes on with what is left to do.
 */
final class DefinitionChange {
  private static final long START_CHECK_MILLIS = 100;
  private static final int START_CHECKS = 600;

  private final VmTools tools;
  private final Draft draft;
  private final CommandControl control;
  private final Steps steps;
  private final Settlement settlement;

  DefinitionChange(VmTools tools, Draft draft, CommandControl control) {
    this.tools = tools;
    this.draft = draft;
    this.control = control;
    this.steps = new Steps(draft.operation().kind(), tools.trigger());
    this.settlement = new Settlement(tools);
  }

  /** Does it and returns the warnings. */
  List<String> run() {
    Optional<HypervisorException> noAnswer;
    try (HeldImages images = new HeldImages(draft.disks())) {
      tools.journal().begin(draft.operation());
      DomainDefinition after;
      try {
        steps.reached(Step.JOURNAL_WRITTEN);
        prepare();
        images.requireUntouched(draft.domain().name());
        after = draft.change().apply(presentDefinition());
      } catch (RuntimeException failure) {
        throw rolledBack(failure);
      }
      noAnswer = commit(after);
      if (noAnswer.isEmpty()) {
        steps.reached(Step.COMMITTED);
        waitUntilOff();
      }
    }
    return noAnswer.isPresent()
        ? settledAfter(noAnswer.get())
        : settlement.finish(draft.operation(), control).warnings();
  }

  private void prepare() {
    draft.pending().ifPresent(this::writePending);
    steps.reached(Step.RECORD_PENDING);
    new DiskCopies(tools, draft, control, steps).run();
    makeHome();
    if (control.cancelled()) {
      throw VmException.cancelled(draft.domain().name());
    }
  }

  private void writePending(KeyRecord pending) {
    draft.disks().forEach(plan -> RecordCopies.writeSidecar(plan.newImage(), pending));
  }

  /** Made before the commit, so that a datastore that can't have it is found out in time. */
  private void makeHome() {
    if (!draft.operation().homeAfter()) {
      return;
    }
    Path home = draft.operation().homePath().orElseThrow();
    VmHome.make(home, draft.operation().kind() == Kind.ADD_VTPM || hasVtpm());
    draft.vtpm().ifPresent(change -> rekeyVtpm(home, change));
    if (draft.operation().vtpmLinkMade()) {
      new VtpmState(tools.swtpmDirectory()).make(draft.domain().id(), VmHome.vtpm(home));
    }
    steps.reached(Step.HOME_MADE);
  }

  /** The state is under the home's DEK; its new copy is used from the commit on. */
  private void rekeyVtpm(Path home, Draft.VtpmSwitch change) {
    UUID vm = draft.domain().id();
    control.progress("rekeying the vTPM's state", 0, 0, "steps");
    try (SecretBytes present = vtpmPassphrase(draft.oldDeks().get(PartKeys.HOME), vm);
        SecretBytes wanted = vtpmPassphrase(draft.newDeks().get(PartKeys.HOME), vm)) {
      new VtpmState(tools.swtpmDirectory())
          .rekey(
              VmHome.vtpm(home, change.oldSecret()),
              VmHome.rekeyedVtpm(home, change.newSecret()),
              (from, to) -> tools.vtpmRekey().rekey(from, to, present, wanted));
    }
    steps.reached(Step.VTPM_REKEYED);
  }

  private static SecretBytes vtpmPassphrase(@Nullable SecretBytes homeDek, UUID vm) {
    return KeyDerivation.vtpmPassphrase(Objects.requireNonNull(homeDek), vm);
  }

  private boolean hasVtpm() {
    return draft.domain().definition().tpm().isPresent();
  }

  /** The definition as it is now: what others changed in it stays, unless it is what we change. */
  private DomainDefinition presentDefinition() {
    Domain now = tools.domain(draft.domain().id());
    Preflight.requireOff(now, "this operation");
    DomainDefinition before = draft.domain().definition();
    DomainDefinition present = now.definition();
    for (DiskPlan plan : draft.disks()) {
      if (!present.disk(plan.target()).equals(before.disk(plan.target()))) {
        throw VmException.changedMeanwhile(now.name(), "its disk " + plan.target() + " is another");
      }
    }
    if (!present.keyRecord().equals(before.keyRecord())) {
      throw VmException.changedMeanwhile(now.name(), "its key record is another");
    }
    if (!present.tpm().equals(before.tpm())) {
      throw VmException.changedMeanwhile(now.name(), "its TPM is another");
    }
    return present;
  }

  private RuntimeException rolledBack(RuntimeException failure) {
    try {
      settlement.rollBack(draft.operation());
    } catch (RuntimeException notNow) {
      failure.addSuppressed(notNow);
    }
    return failure instanceof DiskException.Cancelled
        ? VmException.cancelled(draft.domain().name())
        : failure;
  }

  private Optional<HypervisorException> commit(DomainDefinition after) {
    try {
      tools.hypervisor().define(after);
      return Optional.empty();
    } catch (HypervisorException failure) {
      return Optional.of(failure);
    }
  }

  /**
   * When libvirt answered the commit with a failure, or not at all, only its present definition
   * tells whether it was done; until it can be asked, old and new files are kept.
   */
  private List<String> settledAfter(HypervisorException failure) {
    Settlement.Settled settled;
    try {
      settled = settlement.settle(draft.operation(), control);
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
        "libvirt went away while the operation on VM \""
            + draft.domain().name()
            + "\" was being committed: "
            + failure.getMessage()
            + " Old and new files are kept; as soon as libvirt answers again the operation is"
            + " finished or rolled back by itself.",
        failure);
  }

  /**
   * A VM whose start began with the old definition meets our locks on the old images and fails;
   * until it has, they stay locked. One that starts later has the new definition.
   */
  private void waitUntilOff() {
    if (draft.disks().isEmpty()) {
      return;
    }
    for (int i = 0; i < START_CHECKS && startedWithOldImage(); i++) {
      Pause.ofMillis(START_CHECK_MILLIS);
    }
  }

  private boolean startedWithOldImage() {
    try {
      return tools.hypervisor().domain(draft.domain().id()).map(Domain::active).orElse(false);
    } catch (HypervisorException away) {
      return false;
    }
  }

  /** Whether every disk has its new image in {@code definition}; empty when some and some not. */
  static Optional<Boolean> switched(List<DiskSwitch> disks, DomainDefinition definition) {
    long onNew =
        disks.stream().filter(disk -> isOn(definition, disk.target(), disk.newPath())).count();
    long onOld =
        disks.stream().filter(disk -> isOn(definition, disk.target(), disk.oldPath())).count();
    if (onNew == disks.size()) {
      return Optional.of(true);
    }
    return onOld == disks.size() ? Optional.of(false) : Optional.empty();
  }

  private static boolean isOn(DomainDefinition definition, String target, Path image) {
    return definition
        .disk(target)
        .flatMap(DomainDisk::file)
        .map(file -> Disks.same(file, image))
        .orElse(false);
  }
}
