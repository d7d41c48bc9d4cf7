package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.SealedFile;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordChoice;
import io.keymoor.provider.record.RecordChoice.Choice;
import io.keymoor.provider.record.RecordChoice.Copy;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The copies of a VM's key record: in the domain's metadata, beside every encrypted disk, in the
 * home. Reads them, has {@link RecordChoice} choose, and writes them anew.
 */
final class RecordCopies {
  private static final String METADATA = "the domain's metadata";

  private final VmTools tools;

  RecordCopies(VmTools tools) {
    this.tools = tools;
  }

  /** The choice among all copies. */
  Choice choose(DomainDefinition definition) {
    return choose(definition, tools.seen().seen(definition.id()));
  }

  /** The choice among all copies, when no generation was seen before. */
  Choice chooseUnseen(DomainDefinition definition) {
    return choose(definition, 0);
  }

  private Choice choose(DomainDefinition definition, long seen) {
    return RecordChoice.choose(definition.id(), find(definition), tools.keys(), seen);
  }

  /**
   * The record to work with; empty when the VM is not encrypted.
   *
   * @throws VmException when no copy may be believed, or a key of it can't be had
   */
  Optional<KeyRecord> unlocked(DomainDefinition definition) {
    return switch (choose(definition)) {
      case Choice.None none -> Optional.empty();
      case Choice.Refused refused ->
          throw new VmException(refused.code(), refused.sentence() + " VM: " + definition.name());
      case Choice.Chosen chosen -> {
        lockedReason(chosen.record())
            .ifPresent(reason -> {
              throw VmException.locked(definition.name(), reason);
            });
        if (chosen.verified()) {
          tools.seen().saw(definition.id(), chosen.record().generation());
        }
        yield Optional.of(chosen.record());
      }
    };
  }

  /** Why the keys of the record's current entries can't be had; empty when they can. */
  Optional<String> lockedReason(KeyRecord record) {
    for (var key : record.currentKeys()) {
      try {
        tools.keys().kek(key).close();
      } catch (ProviderException unavailable) {
        return Optional.of(String.valueOf(unavailable.getMessage()));
      }
    }
    return Optional.empty();
  }

  /**
   * All copies, the domain's metadata first. While an operation on the VM is not ended only the
   * metadata counts, because it changes at the commit point and other copies before or after. When
   * a running VM's disk is switched it changes after the commit point; then the sidecar that lies
   * beside the new image, which the definition names from the commit on, is the newest copy.
   */
  private List<Copy> find(DomainDefinition definition) {
    List<Copy> copies = new ArrayList<>();
    definition.keyRecord().ifPresent(json -> copies.add(new Copy(METADATA, json)));
    Optional<Operation> open = tools.journal().open(definition.id());
    boolean encrypted = Disks.of(definition).stream().anyMatch(d -> d.luksSecret().isPresent());
    boolean live = open.map(Operation::kind).filter(Operation.Kind::live).isPresent();
    if (open.isPresent() && (copies.isEmpty() ? !encrypted : !live)) {
      return copies;
    }
    for (DomainDisk disk : Disks.of(definition)) {
      disk.file().map(ImageNames::sidecar).ifPresent(sidecar -> add(copies, sidecar));
    }
    VmHome.find(definition).map(VmHome::record).ifPresent(record -> add(copies, record));
    return copies;
  }

  private static void add(List<Copy> copies, Path file) {
    try {
      DurableFiles.recordText(file).ifPresent(json -> copies.add(new Copy(file.toString(), json)));
    } catch (UncheckedIOException unreadable) {
      // Counts as a damaged copy: it takes no part in the choice and is repaired after it.
      copies.add(new Copy(file.toString(), ""));
    }
  }

  /** The record in the domain's metadata, when there is a readable one of this VM. */
  static Optional<KeyRecord> inMetadata(DomainDefinition definition) {
    try {
      return definition
          .keyRecord()
          .map(KeyRecordCodec::read)
          .filter(record -> record.objectId().equals(definition.id()));
    } catch (ProviderException damaged) {
      return Optional.empty();
    }
  }

  /** Writes a record beside an image. */
  static void writeSidecar(Path image, KeyRecord record) {
    SealedFile.replace(ImageNames.sidecar(image), KeyRecordCodec.write(record).getBytes(UTF_8));
  }

  /**
   * The record beside an image, to be committed with it.
   *
   * @throws VmException when it is not there, or nobody with its keys wrote it
   */
  KeyRecord inSidecar(UUID vm, Path image) {
    List<Copy> copies = new ArrayList<>();
    add(copies, ImageNames.sidecar(image));
    if (RecordChoice.choose(vm, copies, tools.keys(), 0) instanceof Choice.Chosen chosen
        && chosen.verified()) {
      return chosen.record();
    }
    throw new VmException(
        "key_record_damaged",
        "the key record in "
            + ImageNames.sidecar(image)
            + ", which opens the new image, is damaged or its key can't be had; all files were"
            + " kept");
  }

  /** Images of the definition beside which the record belongs. */
  static List<Path> sidecarImages(KeyRecord record, DomainDefinition definition) {
    return record.parts().stream()
        .filter(part -> part.current().isPresent())
        .flatMap(part -> Disks.of(definition, part).stream())
        .filter(disk -> disk.luksSecret().isPresent())
        .flatMap(disk -> disk.file().stream())
        .toList();
  }

  /** The home in which the record belongs, when the VM's home is encrypted. */
  static Optional<Path> home(KeyRecord record, DomainDefinition definition) {
    Optional<KeyEntry> entry = record.current(PartKeys.HOME);
    return entry.isEmpty() ? Optional.empty() : VmHome.place(definition, entry);
  }

  /**
   * Writes every copy but the metadata's.
   *
   * @return a sentence for each that could not be written
   */
  List<String> write(KeyRecord record, DomainDefinition definition) {
    List<String> failures = new ArrayList<>();
    for (Path image : sidecarImages(record, definition)) {
      attempt(failures, ImageNames.sidecar(image), () -> writeSidecar(image, record));
    }
    home(record, definition)
        .ifPresent(
            home -> attempt(failures, home, () -> VmHome.write(home, record, definition, tools)));
    return failures;
  }

  private static void attempt(List<String> failures, Path where, Runnable write) {
    try {
      write.run();
    } catch (UncheckedIOException | ProviderException e) {
      failures.add(
          "A copy of the key record could not be written to "
              + where
              + " ("
              + reasonOf(e)
              + "). It is written again by itself; until then the copy in the domain's metadata is"
              + " the good one.");
    }
  }

  static String reasonOf(Throwable e) {
    Throwable cause = e.getCause();
    return String.valueOf(
        cause == null ? e.getMessage() : e.getMessage() + ": " + cause.getMessage());
  }

  /** Writes the chosen record wherever another one, or none, is. Never on a mere guess. */
  List<String> repair(UUID vm, DomainDefinition definition, Choice.Chosen chosen) {
    KeyRecord record = chosen.record();
    String json = KeyRecordCodec.write(record);
    if (!chosen.verified()) {
      return List.of();
    }
    DomainDefinition repaired = definition;
    if (!definition.keyRecord().equals(Optional.of(json))) {
      tools.hypervisor().setKeyRecord(vm, json);
      repaired = tools.domain(vm).definition();
    }
    return places(record, repaired).allMatch(place -> holds(place, json))
        ? List.of()
        : write(record, repaired);
  }

  private static Stream<Path> places(KeyRecord record, DomainDefinition definition) {
    return Stream.concat(
        sidecarImages(record, definition).stream().map(ImageNames::sidecar),
        home(record, definition).map(VmHome::record).stream());
  }

  private static boolean holds(Path place, String json) {
    return DurableFiles.recordText(place).equals(Optional.of(json));
  }
}
