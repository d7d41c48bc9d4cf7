package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.Stage;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.record.KeyRecord;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Carries out an {@link InPlaceDraft}: journal, the record that names both keys, data, definition
 * (decision 0008).
 *
 * <p>A cancel or a failure while data is moved moves it back and throws. Where that fails too, the
 * disk waits, nothing opens it, and upkeep tries again.
 */
final class InPlaceChange {
  private final VmTools tools;
  private final InPlaceDraft draft;
  private final CommandControl control;
  private final Steps steps;
  private final InPlaceSettlement settlement;

  InPlaceChange(VmTools tools, InPlaceDraft draft, CommandControl control) {
    this.tools = tools;
    this.draft = draft;
    this.control = control;
    this.steps = new Steps(draft.operation().kind(), tools.trigger());
    this.settlement = new InPlaceSettlement(tools);
  }

  /** Does it and returns the warnings. */
  List<String> run() {
    tools.journal().begin(draft.operation());
    Operation moving;
    try {
      steps.reached(Step.JOURNAL_WRITTEN);
      draft.announced().ifPresent(this::announce);
      moving = tools.journal().reached(draft.operation(), Stage.SWITCHING);
    } catch (RuntimeException failure) {
      throw rolledBack(failure);
    }
    steps.reached(Step.SWITCHING);
    try {
      return ended(settlement.settle(moving, control));
    } catch (HypervisorException away) {
      throw unsettled(away);
    } catch (DiskException | VmException | ProviderException | UncheckedIOException failure) {
      throw movedBack(moving, failure);
    }
  }

  /**
   * Both keys are in every copy of the record before the first byte moves. A disk in clear is
   * encrypted by its definition from here on, so that nothing starts on it, also without an agent.
   */
  private void announce(KeyRecord record) {
    DomainDefinition announced = settlement.announced(draft.operation(), present(), record);
    tools.hypervisor().define(announced);
    tools.hypervisor().makeDefinitionsDurable();
    tools.seen().saw(draft.domain().id(), record.generation());
    steps.reached(Step.RECORD_PENDING);
    List<String> failures = settlement.writeCopies(draft.operation(), record);
    if (!failures.isEmpty()) {
      throw new VmException("key_record_not_written", String.join(" ", failures));
    }
    steps.reached(Step.SIDECAR_WRITTEN);
  }

  private DomainDefinition present() {
    Domain now = tools.domain(draft.domain().id());
    Preflight.requireOff(now, "this operation");
    if (!now.definition().xml().equals(draft.domain().definition().xml())) {
      throw VmException.changedMeanwhile(now.name(), "its definition is another");
    }
    return now.definition();
  }

  private List<String> ended(Settlement.Settled settled) {
    return switch (settled) {
      case Settlement.Finished finished -> finished.warnings();
      case Settlement.RolledBack back -> throw VmException.cancelled(draft.domain().name());
      case Settlement.Undecided undecided ->
          throw new VmException("operation_unsettled", undecided.reason());
    };
  }

  private RuntimeException rolledBack(RuntimeException failure) {
    try {
      settlement.rollBack(draft.operation());
    } catch (RuntimeException notNow) {
      failure.addSuppressed(notNow);
    }
    return failure;
  }

  private RuntimeException movedBack(Operation moving, RuntimeException failure) {
    try {
      Settlement.Settled _ =
          settlement.settle(tools.journal().reached(moving, Stage.REVERTING), control);
      return failure;
    } catch (DiskException
        | VmException
        | ProviderException
        | HypervisorException
        | UncheckedIOException stuck) {
      return new VmException(
          "disk_in_transition",
          failure.getMessage()
              + " What was moved could not be moved back either: "
              + stuck.getMessage()
              + " No data is lost, and nothing opens the disk until it is moved back, which is"
              + " tried again by itself.",
          failure);
    }
  }

  private VmException unsettled(HypervisorException failure) {
    return new VmException(
        "operation_unsettled",
        "libvirt went away during the operation on VM \""
            + draft.domain().name()
            + "\": "
            + failure.getMessage()
            + " The record names the disk's former key and its new one; as soon as libvirt answers"
            + " again the operation is finished by itself.",
        failure);
  }
}
