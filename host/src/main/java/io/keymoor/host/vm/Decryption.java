package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainVtpm;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Decrypts parts of a VM, and removes vTPMs. */
final class Decryption {
  private static final String BITLOCKER =
      "The vTPM's state is gone for good. A guest that sealed its disk encryption to it, as BitLocker"
          + " does, asks for its recovery key at the next start.";

  private static final List<String> HOME = List.of(PartKeys.HOME);

  private final VmTools tools;
  private final RecordCopies copies;

  Decryption(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /** Decrypts. */
  Result decrypt(HostCommand.DecryptVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    Ways.Way way = Ways.of(domain, command.how(), "decryption");
    Optional<KeyRecord> record = copies.unlocked(domain.definition());
    List<String> parts =
        record.map(known -> Parts.toDecrypt(domain, known, command.parts())).orElse(List.of());
    if (record.isEmpty() || parts.isEmpty()) {
      return Result.of("VM \"" + domain.name() + "\" is not encrypted; nothing was changed.");
    }
    if (parts.contains(PartKeys.HOME) && domain.definition().tpm().isPresent()) {
      throw VmException.part(
          "vtpm_present",
          domain.name(),
          PartKeys.HOME,
          "holds the state of a vTPM, which must stay encrypted",
          "Remove the vTPM first (keymoor vm tpm remove), or name the disks to decrypt with"
              + " --part.");
    }
    List<String> warnings =
        switch (way) {
          case LIVE ->
              new LiveRewriting(tools, domain, control, command.how().bytesPerSecond())
                  .decrypt(parts);
          case COPY -> decryptByCopy(domain, record.get(), parts, control);
          case IN_PLACE ->
              new InPlaceRewriting(tools, domain, control)
                  .decrypt(
                      parts,
                      home ->
                          decryptByCopy(home.domain(), home.record().orElseThrow(), HOME, control));
        };
    return new Result(
        "VM \""
            + domain.name()
            + "\": decrypted "
            + String.join(", ", parts)
            + Ways.said(way)
            + ".",
        warnings);
  }

  private List<String> decryptByCopy(
      Domain domain, KeyRecord record, List<String> parts, CommandControl control) {
    List<DiskPlan> disks = new Preflight(tools, domain).toDecrypt(Parts.targets(parts));
    try (Draft draft = draft(Operation.Kind.DECRYPT, domain, record, parts, disks)) {
      return new DefinitionChange(tools, draft, control).run();
    }
  }

  /** Removes the vTPM. */
  Result removeVtpm(HostCommand.RemoveVtpm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    Optional<DomainVtpm> tpm = domain.definition().tpm();
    if (tpm.isEmpty()) {
      return Result.of("VM \"" + domain.name() + "\" has no vTPM; nothing was changed.");
    }
    Encryption.requireOffForVtpm(domain, "removed from");
    KeyRecord record =
        copies
            .unlocked(domain.definition())
            .filter(known -> isOurs(tpm.get(), known))
            .orElseThrow(() ->
                new VmException(
                    "vtpm_not_ours",
                    "The TPM of VM \""
                        + domain.name()
                        + "\" was not added by Keymoor. It was left as it is. Remove it from"
                        + " the definition: virsh edit."));
    boolean homeOnly = record.parts().stream().allMatch(part -> part.part().equals(PartKeys.HOME));
    List<String> parts = homeOnly ? List.of(PartKeys.HOME) : List.of();
    try (Draft draft = draft(Operation.Kind.REMOVE_VTPM, domain, record, parts, List.of())) {
      List<String> warnings = new ArrayList<>(new DefinitionChange(tools, draft, control).run());
      warnings.add(BITLOCKER);
      return new Result("VM \"" + domain.name() + "\" has no vTPM any more.", warnings);
    }
  }

  private static boolean isOurs(DomainVtpm tpm, KeyRecord record) {
    return tpm.secret().isPresent()
        && tpm.secret().equals(record.current(PartKeys.HOME).map(KeyEntry::secretId));
  }

  private Draft draft(
      Operation.Kind kind,
      Domain domain,
      KeyRecord present,
      List<String> parts,
      List<DiskPlan> disks) {
    NewRecords records = new NewRecords(tools, domain.id(), domain.name(), Optional.of(present));
    Optional<KeyRecord> after = records.without(parts);
    boolean homeBefore = present.current(PartKeys.HOME).isPresent();
    Optional<Path> home = RecordCopies.home(present, domain.definition());
    Operation operation =
        new Operation(
            UUID.randomUUID(),
            kind,
            domain.id(),
            domain.name(),
            tools.now(),
            records.nextGeneration(),
            after.isPresent(),
            disks.stream().map(DiskPlan::asSwitch).toList(),
            home.map(Path::toString),
            homeBefore,
            homeBefore && !parts.contains(PartKeys.HOME),
            false,
            Operation.Stage.BEGUN);
    return new Draft(
        domain,
        operation,
        disks,
        deks(present, disks.stream().map(DiskPlan::part).toList()),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        change(kind, disks, after));
  }

  private Map<String, SecretBytes> deks(KeyRecord record, List<String> parts) {
    return PresentDeks.of(tools, record, parts);
  }

  private static UnaryOperator<DomainDefinition> change(
      Operation.Kind kind, List<DiskPlan> disks, Optional<KeyRecord> after) {
    return definition -> {
      DomainDefinition changed = definition;
      for (DiskPlan plan : disks) {
        changed =
            changed.withDisk(plan.target(), plan.newImage(), plan.driverType(), Optional.empty());
      }
      if (kind == Operation.Kind.REMOVE_VTPM) {
        changed = changed.withoutTpm();
      }
      return after.isPresent()
          ? changed.withKeyRecord(KeyRecordCodec.write(after.get()))
          : changed.withoutKeyRecord();
    };
  }
}
