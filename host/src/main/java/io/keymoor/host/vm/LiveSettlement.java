package io.keymoor.host.vm;

import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Operation.Stage;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is particular to bringing an operation on a running VM to its end: the copy that QEMU may
 * still be making, and the record that is committed after the disk was switched (decision 0005).
 */
final class LiveSettlement {
  private final VmTools tools;
  private final RecordCopies copies;

  LiveSettlement(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /**
   * Whether the disk was switched; empty when nobody can tell. Where QEMU switched and libvirt did
   * not come to write it into the definition, the definition is put right.
   */
  Optional<Boolean> isCommitted(Operation operation, Domain domain) {
    Optional<Boolean> defined = DefinitionChange.switched(operation.disks(), domain.definition());
    if (defined.isEmpty() || defined.get() || operation.committed()) {
      return defined;
    }
    Optional<DomainDefinition> live = tools.hypervisor().liveDefinition(operation.vm());
    if (live.isPresent()) {
      Optional<Boolean> running = DefinitionChange.switched(operation.disks(), live.get());
      if (running.equals(Optional.of(true))) {
        define(operation, domain.definition());
      }
      return running;
    }
    if (operation.stage() == Stage.SWITCHING && newWasWrittenLast(operation)) {
      define(operation, domain.definition());
      return Optional.of(true);
    }
    return defined;
  }

  /**
   * Of a VM that stopped while it was being switched. Both images had the same contents then, and
   * every write went to both; whichever the guest used alone after that was written to later. When
   * neither was, either will do.
   */
  private static boolean newWasWrittenLast(Operation operation) {
    try {
      for (DiskSwitch disk : operation.disks()) {
        if (Files.getLastModifiedTime(disk.newPath())
                .compareTo(Files.getLastModifiedTime(disk.oldPath()))
            < 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("could not look at the images of " + operation.vmName(), e);
    }
  }

  private void define(Operation operation, DomainDefinition definition) {
    DomainDefinition changed = definition;
    for (DiskSwitch disk : operation.disks()) {
      changed =
          changed.withDisk(
              disk.target(), disk.newPath(), disk.newFormat(), secret(operation, disk));
    }
    tools.hypervisor().define(changed);
  }

  private Optional<UUID> secret(Operation operation, DiskSwitch disk) {
    return operation.kind().newInClear()
        ? Optional.empty()
        : copies
            .inSidecar(operation.vm(), disk.newPath())
            .current(PartKeys.disk(disk.target()))
            .map(KeyEntry::secretId);
  }

  /** Before a roll-back: QEMU lets go of the new image, libvirt of its secret. */
  void endCopy(Operation operation) {
    for (DiskSwitch disk : operation.disks()) {
      boolean ours =
          tools
              .hypervisor()
              .blockCopies()
              .progress(operation.vm(), disk.target())
              .filter(progress -> Disks.same(progress.file(), disk.newPath()))
              .isPresent();
      if (ours) {
        tools.hypervisor().blockCopies().abort(operation.vm(), disk.target());
      }
      forgetSecret(operation, disk);
    }
  }

  private void forgetSecret(Operation operation, DiskSwitch disk) {
    try {
      secret(operation, disk).ifPresent(tools.hypervisor()::removeSecret);
    } catch (VmException unreadable) {
      // An ephemeral secret that nothing names goes with libvirt's daemon.
      return;
    }
  }

  /** After the switch: the record that goes with it becomes the metadata's. May be done already. */
  void commitRecord(Operation operation) {
    Domain domain = tools.domain(operation.vm());
    Optional<KeyRecord> present = RecordCopies.inMetadata(domain.definition());
    boolean done =
        present.map(record -> record.generation() >= operation.generation()).orElse(false)
            || (!operation.recordAfter() && domain.definition().keyRecord().isEmpty());
    if (done) {
      return;
    }
    recordAfter(operation, present)
        .ifPresentOrElse(
            record -> tools.hypervisor().setKeyRecord(operation.vm(), KeyRecordCodec.write(record)),
            () -> tools.hypervisor().removeKeyRecord(operation.vm()));
  }

  private Optional<KeyRecord> recordAfter(Operation operation, Optional<KeyRecord> present) {
    if (!operation.kind().newInClear()) {
      return Optional.of(copies.inSidecar(operation.vm(), operation.disks().getFirst().newPath()));
    }
    List<String> decrypted = new ArrayList<>();
    operation.disks().forEach(disk -> decrypted.add(PartKeys.disk(disk.target())));
    if (operation.homeBefore() && !operation.homeAfter()) {
      decrypted.add(PartKeys.HOME);
    }
    return new NewRecords(tools, operation.vm(), operation.vmName(), present).without(decrypted);
  }
}
