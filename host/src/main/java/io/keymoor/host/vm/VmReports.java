package io.keymoor.host.vm;

import io.keymoor.host.operation.DamagedEntry;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.protocol.VmReport;
import io.keymoor.protocol.VmReport.Concern;
import io.keymoor.protocol.VmReport.PartReport;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordChoice.Choice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what a VM is: its parts, their keys, and whether they can be had (V10). Changes nothing. */
final class VmReports {
  private final VmTools tools;
  private final Leases leases;
  private final RecordCopies copies;

  VmReports(VmTools tools, Leases leases) {
    this.tools = tools;
    this.leases = leases;
    this.copies = new RecordCopies(tools);
  }

  /** What there is to say of a domain now. */
  VmReport of(Domain domain) {
    DomainDefinition definition = domain.definition();
    try {
      return look(domain, definition);
    } catch (DamagedEntry damaged) {
      return report(domain, RecordCopies.inMetadata(definition), Optional.of(damaged.sentence()));
    }
  }

  private VmReport look(Domain domain, DomainDefinition definition) {
    return switch (copies.choose(definition)) {
      case Choice.None none -> report(domain, Optional.empty(), Optional.empty());
      case Choice.Refused refused ->
          report(domain, RecordCopies.inMetadata(definition), Optional.of(refused.sentence()));
      case Choice.Chosen chosen ->
          report(domain, Optional.of(chosen.record()), copies.lockedReason(chosen.record()));
    };
  }

  private VmReport report(
      Domain domain, Optional<KeyRecord> record, Optional<String> lockedReason) {
    DomainDefinition definition = domain.definition();
    List<PartReport> parts = new ArrayList<>();
    parts.add(home(definition, record));
    Disks.of(definition).forEach(disk -> parts.add(disk(disk, record)));
    return new VmReport(
        domain.id(),
        domain.name(),
        power(domain.power()),
        parts,
        definition.tpm().filter(tpm -> tpm.backend().equals("emulator")).isPresent(),
        lockedReason,
        record.map(KeyRecord::generation).orElse(0L),
        record.map(KeyRecordCodec::write),
        concerns(domain, record));
  }

  private List<Concern> concerns(Domain domain, Optional<KeyRecord> record) {
    List<Concern> concerns = new ArrayList<>();
    leases
        .rival(domain.id())
        .ifPresent(sentence -> concerns.add(new Concern(Concern.Kind.RUNS_TWICE, sentence)));
    record
        .filter(known -> known.parts().stream().anyMatch(part -> part.current().isPresent()))
        .ifPresent(known ->
            ClearLayers.of(domain.definition(), known, SavedMemory.of(tools.hypervisor(), domain))
                .forEach(sentence -> concerns.add(new Concern(Concern.Kind.IN_CLEAR, sentence))));
    return concerns;
  }

  private static PartReport home(DomainDefinition definition, Optional<KeyRecord> record) {
    Optional<KeyEntry> entry = record.flatMap(known -> known.current(PartKeys.HOME));
    List<String> notes = new ArrayList<>();
    if (entry.isPresent()) {
      ClearLayers.nvram(definition).ifPresent(notes::add);
    }
    ClearLayers.vtpm(definition).ifPresent(notes::add);
    return part(
        PartKeys.HOME, entry.isPresent(), entry, Optional.empty(), Optional.empty(), 0, notes);
  }

  private static PartReport disk(DomainDisk disk, Optional<KeyRecord> record) {
    String name = PartKeys.disk(disk.target());
    Optional<KeyEntry> entry = record.flatMap(known -> known.current(name));
    boolean encrypted = disk.luksSecret().isPresent();
    List<String> notes = new ArrayList<>();
    if (encrypted && entry.isEmpty()) {
      notes.add(
          record.flatMap(known -> known.part(name)).isPresent()
              ? "It is being encrypted in place."
              : "It is encrypted, but its key is in no key record of Keymoor.");
    } else if (!encrypted && entry.isPresent()) {
      notes.add("The key record has a key for it, which the VM's definition does not use.");
    }
    return part(
        name,
        encrypted,
        entry,
        disk.file().map(Path::toString),
        disk.file().map(file -> disk.format()),
        DiskSize.of(disk),
        notes);
  }

  private static PartReport part(
      String name,
      boolean encrypted,
      Optional<KeyEntry> entry,
      Optional<String> image,
      Optional<String> format,
      long size,
      List<String> notes) {
    return new PartReport(
        name,
        encrypted,
        entry.map(known -> known.provider().id()),
        entry.map(known -> known.provider().name().text()),
        entry.map(known -> known.keyId().text()),
        image,
        format,
        size,
        String.join(" ", notes));
  }

  private static VmReport.Power power(Domain.Power power) {
    return switch (power) {
      case OFF -> VmReport.Power.OFF;
      case RUNNING -> VmReport.Power.RUNNING;
      case PAUSED -> VmReport.Power.PAUSED;
      case OTHER -> VmReport.Power.OTHER;
    };
  }
}
