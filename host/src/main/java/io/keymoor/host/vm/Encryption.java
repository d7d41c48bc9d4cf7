package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Encrypts parts of a VM, and adds vTPMs, which encrypts the home (T1). */
final class Encryption {
  private static final List<String> HOME = List.of(PartKeys.HOME);

  private final VmTools tools;
  private final RecordCopies copies;

  Encryption(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /** Encrypts. */
  Result encrypt(HostCommand.EncryptVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    Ways.Way way = Ways.of(domain, command.how(), "encryption");
    Optional<KeyRecord> record = copies.unlocked(domain.definition());
    KeyId keyId = VmException.keyId(command.keyId());
    List<String> parts =
        Parts.toEncrypt(domain, record, command.parts(), command.provider(), keyId);
    if (parts.isEmpty()) {
      return Result.of(
          "VM \""
              + domain.name()
              + "\" is encrypted already; nothing was changed. To give it another key: keymoor vm"
              + " rekey "
              + domain.name());
    }
    try (IssuedKey key = tools.keys().issue(command.provider(), keyId)) {
      List<String> warnings =
          switch (way) {
            case LIVE ->
                new LiveRewriting(tools, domain, control, command.how().bytesPerSecond())
                    .encrypt(parts, key);
            case COPY -> encryptByCopy(domain, record, parts, key, control);
            case IN_PLACE ->
                new InPlaceRewriting(tools, domain, control)
                    .encrypt(
                        parts,
                        key,
                        home -> encryptByCopy(home.domain(), home.record(), HOME, key, control));
          };
      return new Result(
          "VM \""
              + domain.name()
              + "\": encrypted "
              + String.join(", ", parts)
              + Ways.said(way)
              + " with key "
              + keyId
              + " of key provider \""
              + key.provider().name()
              + "\".",
          warnings);
    }
  }

  private List<String> encryptByCopy(
      Domain domain,
      Optional<KeyRecord> record,
      List<String> parts,
      IssuedKey key,
      CommandControl control) {
    List<DiskPlan> disks = new Preflight(tools, domain).toEncrypt(Parts.targets(parts));
    try (Draft draft = draft(Operation.Kind.ENCRYPT, domain, record, parts, disks, key)) {
      return new DefinitionChange(tools, draft, control).run();
    }
  }

  /** Adds a vTPM. */
  Result addVtpm(HostCommand.AddVtpm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    Optional<KeyRecord> record = copies.unlocked(domain.definition());
    Optional<KeyEntry> home = record.flatMap(known -> known.current(PartKeys.HOME));
    if (domain.definition().tpm().isPresent()) {
      return alreadyThere(domain, home);
    }
    requireOffForVtpm(domain, "added to");
    VtpmState state = new VtpmState(tools.swtpmDirectory());
    if (state.isForeign(domain.id())) {
      throw new VmException("vtpm_state_exists", state.foreign(domain.name(), domain.id()));
    }
    List<String> parts = home.isPresent() ? List.of() : List.of(PartKeys.HOME);
    try (IssuedKey key =
            tools.keys().issue(command.provider(), VmException.keyId(command.keyId()));
        Draft draft = draft(Operation.Kind.ADD_VTPM, domain, record, parts, List.of(), key)) {
      List<String> warnings = new DefinitionChange(tools, draft, control).run();
      return new Result(
          "VM \"" + domain.name() + "\" has a TPM 2.0 now; its state is encrypted.", warnings);
    }
  }

  private static Result alreadyThere(Domain domain, Optional<KeyEntry> home) {
    Optional<UUID> secret = domain.definition().tpm().flatMap(tpm -> tpm.secret());
    if (secret.isPresent() && secret.equals(home.map(KeyEntry::secretId))) {
      return Result.of("VM \"" + domain.name() + "\" has a vTPM already; nothing was changed.");
    }
    throw new VmException(
        "vtpm_present",
        "VM \""
            + domain.name()
            + "\" has a TPM already, which Keymoor did not add. It was left as it is. Remove it"
            + " from the definition first (virsh edit) if the guest can do without what is in it.");
  }

  /** A TPM can't be hot-plugged (T5). */
  static void requireOffForVtpm(Domain domain, String what) {
    if (domain.active()) {
      throw new VmException(
          "vm_running",
          "A vTPM can't be "
              + what
              + " VM \""
              + domain.name()
              + "\" while it runs: a TPM is not hot-pluggable. Nothing was changed. Shut it down"
              + " first: keymoor vm stop "
              + domain.name());
    }
  }

  private Draft draft(
      Operation.Kind kind,
      Domain domain,
      Optional<KeyRecord> present,
      List<String> parts,
      List<DiskPlan> disks,
      IssuedKey key) {
    boolean vtpm = kind == Operation.Kind.ADD_VTPM;
    NewRecords records = new NewRecords(tools, domain.id(), domain.name(), present);
    Optional<Path> home = home(domain, present, parts);
    Map<String, SecretBytes> deks = new LinkedHashMap<>();
    try {
      parts.forEach(part -> deks.put(part, records.newDek()));
      KeyRecord pending = records.pending(key, deks, images(disks, home));
      KeyRecord after = records.committed(pending, key);
      Operation operation =
          new Operation(
              UUID.randomUUID(),
              kind,
              domain.id(),
              domain.name(),
              tools.now(),
              after.generation(),
              true,
              disks.stream().map(DiskPlan::asSwitch).toList(),
              home.map(Path::toString),
              home.isPresent() && !parts.contains(PartKeys.HOME),
              home.isPresent(),
              vtpm,
              Operation.Stage.BEGUN);
      return new Draft(
          domain,
          operation,
          disks,
          Map.of(),
          deks,
          Optional.empty(),
          Optional.of(pending),
          change(disks, after, vtpm));
    } catch (RuntimeException e) {
      deks.values().forEach(SecretBytes::close);
      throw e;
    }
  }

  static Map<String, String> images(List<DiskPlan> disks, Optional<Path> home) {
    Map<String, String> images = new HashMap<>();
    disks.forEach(plan -> images.put(plan.part(), plan.newImage().getFileName().toString()));
    home.ifPresent(path -> images.put(PartKeys.HOME, path.getFileName().toString()));
    return images;
  }

  /** The home's directory, when the home is encrypted or is to be. */
  static Optional<Path> home(Domain domain, Optional<KeyRecord> record, List<String> parts) {
    Optional<KeyEntry> entry = record.flatMap(known -> known.current(PartKeys.HOME));
    if (entry.isEmpty() && !parts.contains(PartKeys.HOME)) {
      return Optional.empty();
    }
    Optional<Path> place = VmHome.place(domain.definition(), entry);
    if (place.isEmpty()) {
      throw VmException.part(
          "home_has_no_place",
          domain.name(),
          PartKeys.HOME,
          "has no place: it is kept beside the first disk, and the VM has no disk in a file, or"
              + " directories of others have the names for it",
          "Give the VM a disk in a file, or name the parts to encrypt with --part.");
    }
    return place;
  }

  /** The disks on their new images, the vTPM under the home's key, and the record. */
  static UnaryOperator<DomainDefinition> change(
      List<DiskPlan> disks, KeyRecord after, boolean vtpm) {
    return definition -> {
      DomainDefinition changed = definition;
      for (DiskPlan plan : disks) {
        UUID secret = after.current(plan.part()).orElseThrow().secretId();
        changed =
            changed.withDisk(
                plan.target(), plan.newImage(), plan.driverType(), Optional.of(secret));
      }
      if (vtpm) {
        changed = changed.withVtpm(after.current(PartKeys.HOME).orElseThrow().secretId());
      }
      return changed.withKeyRecord(KeyRecordCodec.write(after));
    };
  }
}
