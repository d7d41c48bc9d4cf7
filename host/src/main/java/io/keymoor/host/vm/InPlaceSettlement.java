package io.keymoor.host.vm;

import io.keymoor.disk.DiskException;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Operation.Stage;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Brings an operation in place to its end, after a failure as after a crash (decision 0008). What
 * is there of the data decides: where it has begun to move it is moved on, or back when the
 * operation was cancelled; the definition follows it, and the record that names both keys is
 * replaced last.
 */
final class InPlaceSettlement {
  private final VmTools tools;
  private final RecordCopies copies;

  InPlaceSettlement(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /** As {@link Settlement#settle}; may take as long as the disk is large. */
  Settlement.Settled settle(Operation operation, CommandControl control) {
    Optional<Domain> domain = tools.hypervisor().domain(operation.vm());
    if (domain.filter(found -> hasTheDisk(operation, found.definition())).isEmpty()) {
      return new Settlement.Undecided(Settlement.undecided(operation, domain.isPresent()));
    }
    boolean committed = isCommitted(operation, domain.get().definition());
    return switch (operation.stage()) {
      case BEGUN -> {
        rollBack(operation);
        yield new Settlement.RolledBack();
      }
      case SWITCHING -> committed ? finish(operation, List.of()) : forward(operation, control);
      case REVERTING -> back(operation, control);
      case COMMITTED ->
          committed
              ? finish(operation, List.of())
              : new Settlement.Undecided(Settlement.undecided(operation, true));
    };
  }

  /** Whether settling it would move data, which may take hours. */
  boolean movesData(Operation operation) {
    return switch (operation.stage()) {
      case BEGUN, COMMITTED -> false;
      case REVERTING -> true;
      case SWITCHING ->
          tools
              .hypervisor()
              .domain(operation.vm())
              .filter(found -> !isCommitted(operation, found.definition()))
              .isPresent();
    };
  }

  private static DiskSwitch disk(Operation operation) {
    return operation.disks().getFirst();
  }

  private static String part(Operation operation) {
    return PartKeys.disk(disk(operation).target());
  }

  private static boolean hasTheDisk(Operation operation, DomainDefinition definition) {
    return definition
        .disk(disk(operation).target())
        .flatMap(DomainDisk::file)
        .filter(file -> Disks.same(file, disk(operation).oldPath()))
        .isPresent();
  }

  /** The last definition is there: the disk as it was wanted, and a record without a next key. */
  private static boolean isCommitted(Operation operation, DomainDefinition definition) {
    Optional<UUID> secret =
        definition.disk(disk(operation).target()).flatMap(DomainDisk::luksSecret);
    Optional<KeyRecord> record = RecordCopies.inMetadata(definition);
    Optional<PartKeys> keys = record.flatMap(known -> known.part(part(operation)));
    if (operation.kind().newInClear()) {
      return secret.isEmpty() && keys.isEmpty();
    }
    return record.filter(known -> known.generation() >= operation.generation()).isPresent()
        && keys.filter(known -> known.pending().isEmpty()).isPresent()
        && secret.isPresent()
        && secret.equals(keys.flatMap(PartKeys::current).map(KeyEntry::secretId));
  }

  private Settlement.Settled forward(Operation operation, CommandControl control) {
    List<String> remains;
    try {
      remains = image(operation).convert(control);
    } catch (DiskException.Cancelled asked) {
      return back(tools.journal().reached(operation, Stage.REVERTING), control);
    }
    steps(operation).reached(Step.DISK_CONVERTED);
    return commit(operation, remains);
  }

  /** What has come too far to be moved back is finished instead. */
  private Settlement.Settled back(Operation operation, CommandControl control) {
    DomainDefinition definition = tools.domain(operation.vm()).definition();
    boolean announced =
        operation.kind().newInClear()
            || RecordCopies.inMetadata(definition).filter(KeyRecord::hasPending).isPresent();
    if (announced && !image(operation).moveBack(control)) {
      return commit(tools.journal().reached(operation, Stage.SWITCHING), List.of());
    }
    rollBack(operation);
    return new Settlement.RolledBack();
  }

  private InPlaceImage image(Operation operation) {
    DomainDefinition definition = tools.domain(operation.vm()).definition();
    KeyRecord record =
        copies
            .unlocked(definition)
            .orElseThrow(() ->
                new VmException(
                    "key_record_damaged",
                    "the domain's metadata has no key record; the image was left as it is"));
    return new InPlaceImage(tools, operation, record);
  }

  /**
   * The definition while data moves: whoever starts it is asked for a secret that opens nothing.
   */
  DomainDefinition announced(Operation operation, DomainDefinition definition, KeyRecord record) {
    DomainDefinition changed = definition.withKeyRecord(KeyRecordCodec.write(record));
    return operation.kind().oldInClear()
        ? withSecret(operation, changed, next(operation, record).map(KeyEntry::secretId))
        : changed;
  }

  private static Optional<KeyEntry> next(Operation operation, KeyRecord record) {
    return record.part(part(operation)).flatMap(PartKeys::pending);
  }

  private static DomainDefinition withSecret(
      Operation operation, DomainDefinition definition, Optional<UUID> secret) {
    DiskSwitch disk = disk(operation);
    return definition.withDisk(disk.target(), disk.newPath(), disk.newFormat(), secret);
  }

  private Settlement.Settled commit(Operation operation, List<String> remains) {
    DomainDefinition definition = tools.domain(operation.vm()).definition();
    tools.hypervisor().define(committed(operation, definition));
    steps(operation).reached(Step.COMMITTED);
    return finish(operation, remains);
  }

  private DomainDefinition committed(Operation operation, DomainDefinition definition) {
    KeyRecord record = copies.unlocked(definition).orElseThrow();
    NewRecords records = records(operation, record);
    if (operation.kind().newInClear()) {
      return withRecord(
          withSecret(operation, definition, Optional.empty()),
          records.without(List.of(part(operation))));
    }
    KeyEntry entry = next(operation, record).orElseThrow();
    try (IssuedKey key =
        new IssuedKey(entry.provider(), entry.keyId(), tools.keys().kek(entry.key()))) {
      return withRecord(
          withSecret(operation, definition, Optional.of(entry.secretId())),
          Optional.of(records.announcedCommitted(part(operation), key)));
    }
  }

  private static DomainDefinition withRecord(
      DomainDefinition definition, Optional<KeyRecord> record) {
    return record.isPresent()
        ? definition.withKeyRecord(KeyRecordCodec.write(record.get()))
        : definition.withoutKeyRecord();
  }

  private NewRecords records(Operation operation, KeyRecord record) {
    return new NewRecords(tools, operation.vm(), operation.vmName(), Optional.of(record));
  }

  /** Forgets what was begun: nothing of the image has moved, or everything was moved back. */
  void rollBack(Operation operation) {
    DomainDefinition definition = tools.domain(operation.vm()).definition();
    Optional<KeyRecord> announced =
        RecordCopies.inMetadata(definition).filter(KeyRecord::hasPending);
    if (announced.isPresent()) {
      Optional<KeyRecord> former = records(operation, announced.get()).forgotten();
      DomainDefinition before =
          operation.kind().oldInClear()
              ? withSecret(operation, definition, Optional.empty())
              : definition;
      tools.hypervisor().define(withRecord(before, former));
    }
    tools.hypervisor().makeDefinitionsDurable();
    List<String> failures = writeCopiesAsDefined(operation);
    if (!failures.isEmpty()) {
      throw new VmException("key_record_not_written", String.join(" ", failures));
    }
    steps(operation).reached(Step.ROLLING_BACK);
    tools.journal().end(operation);
  }

  private List<String> writeCopiesAsDefined(Operation operation) {
    DomainDefinition definition = tools.domain(operation.vm()).definition();
    Optional<KeyRecord> record = RecordCopies.inMetadata(definition);
    record.ifPresent(known -> tools.seen().saw(operation.vm(), known.generation()));
    if (record.flatMap(known -> known.part(part(operation))).isEmpty()) {
      DurableFiles.deleteReplaced(ImageNames.sidecar(disk(operation).newPath()));
    }
    return record.map(known -> copies.write(known, definition)).orElse(List.of());
  }

  /** Every copy, and the one beside the image also where that has no present key. */
  List<String> writeCopies(Operation operation, KeyRecord record) {
    Path image = disk(operation).newPath();
    RecordCopies.writeSidecar(image, record);
    return copies.write(record, tools.domain(operation.vm()).definition());
  }

  /** Does what comes after the commit. The journal entry goes when all is done. */
  private Settlement.Finished finish(Operation operation, List<String> remains) {
    List<String> left = new ArrayList<>();
    boolean durable =
        Settlement.attempt(
            left, "making the commit durable", tools.hypervisor()::makeDefinitionsDurable);
    if (durable) {
      Settlement.attempt(
          left, "noting the commit", () -> tools.journal().reached(operation, Stage.COMMITTED));
      Settlement.attempt(
          left,
          "writing the copies of the key record",
          () -> left.addAll(writeCopiesAsDefined(operation)));
    }
    steps(operation).reached(Step.RECORD_COPIED);
    steps(operation).reached(Step.FINISHED);
    if (left.isEmpty()) {
      Settlement.attempt(left, "closing the journal entry", () -> tools.journal().end(operation));
    }
    left.addAll(remains);
    return new Settlement.Finished(left);
  }

  private Steps steps(Operation operation) {
    return new Steps(operation.kind(), tools.trigger());
  }
}
