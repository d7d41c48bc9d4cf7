package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainVtpm;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Deep rekey (V4): new DEKs, new volume keys, all data written anew, so that who knows an old key
 * can do nothing with what is there now. By copy or in place while the VM is off, disk by disk
 * while it runs.
 */
final class DeepRekeying {
  private static final String VTPM_KEPT =
      "The vTPM's state kept its data key, which the new key wraps now: a TPM that is in use can't"
          + " be given another. Rekey once more with the VM off to change that too.";

  private static final List<String> HOME = List.of(PartKeys.HOME);

  private final VmTools tools;
  private final RecordCopies copies;

  DeepRekeying(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /** Rekeys. */
  Result rekey(HostCommand.DeepRekeyVm command, CommandControl control) {
    Domain domain = tools.domain(command.vm());
    Ways.Way way = Ways.of(domain, command.how(), "a deep rekey");
    KeyRecord record =
        copies
            .unlocked(domain.definition())
            .filter(KeyRecord::encrypted)
            .orElseThrow(() -> Rekeying.notEncrypted(domain));
    KeyId keyId = VmException.keyId(command.keyId());
    List<String> parts = new ArrayList<>(Parts.toRekeyDeeply(record, command.provider(), keyId));
    boolean vtpmInUse =
        way == Ways.Way.LIVE && hasOurVtpm(domain, record) && parts.remove(PartKeys.HOME);
    List<String> warnings = new ArrayList<>(vtpmInUse ? List.of(VTPM_KEPT) : List.of());
    if (parts.isEmpty() && (!vtpmInUse || homeIsUnder(record, command.provider(), keyId))) {
      return new Result(
          "VM \"" + domain.name() + "\" has the key " + keyId + " already; nothing was changed.",
          warnings);
    }
    try (IssuedKey key = tools.keys().issue(command.provider(), keyId)) {
      warnings.addAll(
          switch (way) {
            case LIVE ->
                new LiveRewriting(tools, domain, control, command.how().bytesPerSecond())
                    .rekey(parts, vtpmInUse, key);
            case COPY -> byCopy(domain, record, parts, key, control);
            case IN_PLACE ->
                new InPlaceRewriting(tools, domain, control)
                    .rekey(
                        parts,
                        key,
                        home ->
                            byCopy(home.domain(), home.record().orElseThrow(), HOME, key, control));
          });
      if (vtpmInUse) {
        parts.add("home (its key only)");
      }
      return new Result(summary(domain, parts, way, key), warnings);
    }
  }

  private static boolean homeIsUnder(KeyRecord record, UUID provider, KeyId keyId) {
    return record
        .current(PartKeys.HOME)
        .filter(entry -> Parts.isUnder(entry, provider, keyId))
        .isPresent();
  }

  private static String summary(Domain domain, List<String> parts, Ways.Way way, IssuedKey key) {
    return "VM \""
        + domain.name()
        + "\": rekeyed "
        + String.join(", ", parts)
        + " deeply"
        + Ways.said(way)
        + " with key "
        + key.id()
        + " of key provider \""
        + key.provider().name()
        + "\".";
  }

  static boolean hasOurVtpm(Domain domain, KeyRecord record) {
    Optional<UUID> secret = domain.definition().tpm().flatMap(DomainVtpm::secret);
    return secret.isPresent()
        && secret.equals(record.current(PartKeys.HOME).map(KeyEntry::secretId));
  }

  private List<String> byCopy(
      Domain domain, KeyRecord record, List<String> parts, IssuedKey key, CommandControl control) {
    List<DiskPlan> disks = new Preflight(tools, domain).toRekey(Parts.targets(parts));
    try (Draft draft = draft(domain, record, parts, disks, key)) {
      return new DefinitionChange(tools, draft, control).run();
    }
  }

  private Draft draft(
      Domain domain, KeyRecord present, List<String> parts, List<DiskPlan> disks, IssuedKey key) {
    NewRecords records = new NewRecords(tools, domain.id(), domain.name(), Optional.of(present));
    Optional<Path> home = RecordCopies.home(present, domain.definition());
    boolean vtpm = parts.contains(PartKeys.HOME) && hasOurVtpm(domain, present);
    Map<String, SecretBytes> oldDeks = PresentDeks.of(tools, present, parts);
    Map<String, SecretBytes> newDeks = new LinkedHashMap<>();
    try {
      parts.forEach(part -> newDeks.put(part, records.newDek()));
      KeyRecord pending = records.pending(key, newDeks, Encryption.images(disks, home));
      KeyRecord after = records.committed(pending, key);
      boolean hasHome = present.current(PartKeys.HOME).isPresent();
      Operation operation =
          new Operation(
              UUID.randomUUID(),
              Operation.Kind.DEEP_REKEY,
              domain.id(),
              domain.name(),
              tools.now(),
              after.generation(),
              true,
              disks.stream().map(DiskPlan::asSwitch).toList(),
              home.map(Path::toString),
              hasHome,
              hasHome,
              false,
              Operation.Stage.BEGUN);
      return new Draft(
          domain,
          operation,
          disks,
          oldDeks,
          newDeks,
          vtpm ? Optional.of(vtpmSwitch(present, after)) : Optional.empty(),
          Optional.of(pending),
          Encryption.change(disks, after, vtpm));
    } catch (RuntimeException e) {
      oldDeks.values().forEach(SecretBytes::close);
      newDeks.values().forEach(SecretBytes::close);
      throw e;
    }
  }

  private static Draft.VtpmSwitch vtpmSwitch(KeyRecord before, KeyRecord after) {
    return new Draft.VtpmSwitch(
        before.current(PartKeys.HOME).orElseThrow().secretId(),
        after.current(PartKeys.HOME).orElseThrow().secretId());
  }
}
