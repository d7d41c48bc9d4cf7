package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Shallow rekey (V3): the DEKs wrapped under a new KEK, on a VM that may run. Disks, DEKs and
 * libvirt secrets stay as they are, so both the old and the new record open the data at any moment.
 * The sidecars and the home's copy are written first, so that no copy is older than the one in the
 * metadata once that is committed.
 */
final class Rekeying {
  private final VmTools tools;
  private final RecordCopies copies;
  private final Settlement settlement;

  Rekeying(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
    this.settlement = new Settlement(tools);
  }

  /** Rekeys. */
  Result rekey(HostCommand.RekeyVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    KeyRecord record =
        copies
            .unlocked(domain.definition())
            .filter(KeyRecord::encrypted)
            .orElseThrow(() -> notEncrypted(domain));
    KeyId keyId = VmException.keyId(command.keyId());
    boolean done =
        record.parts().stream()
            .flatMap(part -> part.current().stream())
            .allMatch(entry -> Parts.isUnder(entry, command.provider(), keyId));
    if (done) {
      return Result.of(
          "VM \"" + domain.name() + "\" has the key " + keyId + " already; nothing was changed.");
    }
    try (IssuedKey key = tools.keys().issue(command.provider(), keyId)) {
      KeyRecord after = RecordKeys.rewrap(record, domain.name(), key, tools.keys(), tools.now());
      List<String> warnings = run(domain, after, control);
      return new Result(
          "VM \""
              + domain.name()
              + "\" has the key "
              + keyId
              + " of key provider \""
              + key.provider().name()
              + "\" now.",
          warnings);
    }
  }

  private List<String> run(Domain domain, KeyRecord after, CommandControl control) {
    Operation operation = operation(domain, after);
    Steps steps = new Steps(Operation.Kind.REKEY, tools.trigger());
    tools.journal().begin(operation);
    try {
      steps.reached(Step.JOURNAL_WRITTEN);
      writeCopies(domain.definition(), after, steps);
    } catch (RuntimeException failure) {
      rollBack(operation, failure);
      throw failure;
    }
    try {
      tools.hypervisor().setKeyRecord(domain.id(), KeyRecordCodec.write(after));
    } catch (HypervisorException failure) {
      return settledAfter(operation, failure, control);
    }
    steps.reached(Step.COMMITTED);
    return settlement.finish(operation, control).warnings();
  }

  private Operation operation(Domain domain, KeyRecord after) {
    boolean home = after.current(PartKeys.HOME).isPresent();
    return new Operation(
        UUID.randomUUID(),
        Operation.Kind.REKEY,
        domain.id(),
        domain.name(),
        tools.now(),
        after.generation(),
        true,
        List.of(),
        RecordCopies.home(after, domain.definition()).map(Path::toString),
        home,
        home,
        false,
        false);
  }

  private void writeCopies(DomainDefinition definition, KeyRecord after, Steps steps) {
    for (Path image : RecordCopies.sidecarImages(after, definition)) {
      RecordCopies.writeSidecar(image, after);
      steps.reached(Step.SIDECAR_WRITTEN);
    }
    Optional<Path> home = RecordCopies.home(after, definition);
    if (home.isPresent()) {
      DomainDefinition committed = definition.withKeyRecord(KeyRecordCodec.write(after));
      VmHome.write(home.get(), after, committed, tools);
      steps.reached(Step.HOME_WRITTEN);
    }
  }

  private void rollBack(Operation operation, RuntimeException failure) {
    try {
      settlement.rollBack(operation);
    } catch (RuntimeException notNow) {
      failure.addSuppressed(notNow);
    }
  }

  /** As with a definition, only libvirt's present state tells whether the record was switched. */
  private List<String> settledAfter(
      Operation operation, HypervisorException failure, CommandControl control) {
    try {
      return switch (settlement.settle(operation, control)) {
        case Settlement.Finished finished -> finished.warnings();
        case Settlement.RolledBack back -> throw failure;
        case Settlement.Undecided undecided -> throw unsettled(operation, failure);
      };
    } catch (HypervisorException stillAway) {
      if (stillAway == failure) {
        throw failure;
      }
      failure.addSuppressed(stillAway);
      throw unsettled(operation, failure);
    }
  }

  private static VmException unsettled(Operation operation, HypervisorException failure) {
    return new VmException(
        "operation_unsettled",
        "libvirt went away while the rekey of VM \""
            + operation.vmName()
            + "\" was being committed: "
            + failure.getMessage()
            + " The VM opens with its old key and with its new one; as soon as libvirt answers"
            + " again the rekey is finished or rolled back by itself.",
        failure);
  }

  private static VmException notEncrypted(Domain domain) {
    return new VmException(
        "vm_not_encrypted",
        "VM \""
            + domain.name()
            + "\" is not encrypted, so it has no key to change. Nothing was changed. Encrypt it:"
            + " keymoor vm encrypt "
            + domain.name());
  }
}
