package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.hypervisor.Domain;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Encrypts, decrypts or rekeys disks of a running VM, one after the other. Each is an operation of
 * its own with its own commit point: what is done stays done when a later one fails, and room is
 * needed for one copy at a time. The home goes with the first disk, or the last when decrypting.
 */
final class LiveRewriting {
  private final VmTools tools;
  private final Domain found;
  private final CommandControl control;
  private final long bytesPerSecond;
  private final RecordCopies copies;
  private final List<String> warnings = new ArrayList<>();
  private final DoneParts done = new DoneParts();

  LiveRewriting(VmTools tools, Domain found, CommandControl control, long bytesPerSecond) {
    this.tools = tools;
    this.found = found;
    this.control = control;
    this.bytesPerSecond = bytesPerSecond;
    this.copies = new RecordCopies(tools);
  }

  /** A VM as it is between two disks. */
  private record Now(Domain domain, Optional<KeyRecord> record, DiskPlan plan) {}

  /** Encrypts these parts and returns the warnings. */
  List<String> encrypt(List<String> parts, IssuedKey key) {
    List<String> targets = targets(parts, Preflight::toEncrypt);
    boolean home = parts.contains(PartKeys.HOME);
    for (String target : targets) {
      boolean withHome = home && target.equals(targets.getFirst());
      step(
          target,
          "encrypting",
          Preflight::toEncrypt,
          now -> underNewKey(Kind.LIVE_ENCRYPT, now, withHome, Set.of(), key));
    }
    return warnings;
  }

  /** Rekeys these parts deeply and returns the warnings. */
  List<String> rekey(List<String> parts, boolean moveHome, IssuedKey key) {
    if (Parts.targets(parts).isEmpty()) {
      return rekeyHomeAlone(parts, moveHome, key);
    }
    List<String> targets = targets(parts, Preflight::toRekey);
    boolean home = parts.contains(PartKeys.HOME);
    Set<String> moved = moveHome ? Set.of(PartKeys.HOME) : Set.of();
    for (String target : targets) {
      boolean withHome = home && target.equals(targets.getFirst());
      step(
          target,
          "rekeying",
          Preflight::toRekey,
          now -> underNewKey(Kind.LIVE_REKEY, now, withHome, moved, key));
    }
    return warnings;
  }

  /** No disk is left to do: the record alone changes, and what is sealed in the home. */
  private List<String> rekeyHomeAlone(List<String> parts, boolean moveHome, IssuedKey key) {
    NewRecords records = new NewRecords(tools, found.id(), found.name(), record(found));
    Map<String, SecretBytes> deks = new LinkedHashMap<>();
    try {
      parts.forEach(part -> deks.put(part, records.newDek()));
      KeyRecord after =
          records.switched(key, deks, Map.of(), moveHome ? Set.of(PartKeys.HOME) : Set.of());
      return new Rekeying(tools).run(found, after, control);
    } finally {
      deks.values().forEach(SecretBytes::close);
    }
  }

  /** Decrypts these parts and returns the warnings. */
  List<String> decrypt(List<String> parts) {
    List<String> targets = targets(parts, Preflight::toDecrypt);
    boolean home = parts.contains(PartKeys.HOME);
    for (String target : targets) {
      boolean withHome = home && target.equals(targets.getLast());
      step(target, "decrypting", Preflight::toDecrypt, now -> inClear(now, withHome));
    }
    return warnings;
  }

  /** How the preflight plans disks. */
  @FunctionalInterface
  private interface Planning {
    List<DiskPlan> plan(Preflight preflight, List<String> targets);
  }

  /** The disks, all of them checked before the first is touched. */
  private List<String> targets(List<String> parts, Planning planning) {
    List<String> targets = Parts.targets(parts);
    if (targets.isEmpty()) {
      throw VmException.running(found.name(), "changing its home alone");
    }
    targets.forEach(target -> plan(found, target, planning));
    return targets;
  }

  private DiskPlan plan(Domain domain, String target, Planning planning) {
    DiskPlan plan = planning.plan(new Preflight(tools, domain), List.of(target)).getFirst();
    LiveSwitch.requireSteady(tools, domain, plan);
    return plan;
  }

  private void step(
      String target, String verb, Planning planning, Function<Now, LiveDraft> drafting) {
    done.doing(
        PartKeys.disk(target),
        () -> {
          Domain domain = tools.domain(found.id());
          if (!domain.active()) {
            throw new VmException(
                "vm_stopped_meanwhile",
                "VM \"" + domain.name() + "\" stopped before its disk " + target + " was begun.");
          }
          Now now = new Now(domain, record(domain), plan(domain, target, planning));
          try (LiveDraft draft = drafting.apply(now)) {
            warnings.addAll(new LiveSwitch(tools, draft, control, verb).run());
          }
        });
  }

  private Optional<KeyRecord> record(Domain domain) {
    return copies.unlocked(domain.definition());
  }

  private LiveDraft underNewKey(
      Kind kind, Now now, boolean withHome, Set<String> moved, IssuedKey key) {
    List<String> parts =
        withHome ? List.of(PartKeys.HOME, now.plan().part()) : List.of(now.plan().part());
    NewRecords records =
        new NewRecords(tools, now.domain().id(), now.domain().name(), now.record());
    Optional<Path> home = Encryption.home(now.domain(), now.record(), parts);
    Map<String, SecretBytes> deks = new LinkedHashMap<>();
    try {
      parts.forEach(part -> deks.put(part, records.newDek()));
      KeyRecord after =
          records.switched(key, deks, Encryption.images(List.of(now.plan()), home), moved);
      boolean homeBefore = now.record().flatMap(r -> r.current(PartKeys.HOME)).isPresent();
      Operation operation =
          operation(kind, now, after.generation(), true, home, homeBefore, home.isPresent());
      return new LiveDraft(
          now.domain(), operation, now.plan(), deks, Optional.of(after), bytesPerSecond);
    } catch (RuntimeException e) {
      deks.values().forEach(SecretBytes::close);
      throw e;
    }
  }

  private LiveDraft inClear(Now now, boolean withHome) {
    KeyRecord present = now.record().orElseThrow();
    List<String> parts =
        withHome ? List.of(PartKeys.HOME, now.plan().part()) : List.of(now.plan().part());
    boolean homeBefore = present.current(PartKeys.HOME).isPresent();
    boolean rest = present.parts().stream().anyMatch(part -> !parts.contains(part.part()));
    Operation operation =
        operation(
            Kind.LIVE_DECRYPT,
            now,
            present.generation() + 1,
            rest,
            RecordCopies.home(present, now.domain().definition()),
            homeBefore,
            homeBefore && !withHome);
    return new LiveDraft(
        now.domain(), operation, now.plan(), Map.of(), Optional.empty(), bytesPerSecond);
  }

  private Operation operation(
      Kind kind,
      Now now,
      long generation,
      boolean recordAfter,
      Optional<Path> home,
      boolean homeBefore,
      boolean homeAfter) {
    return new Operation(
        UUID.randomUUID(),
        kind,
        now.domain().id(),
        now.domain().name(),
        tools.now(),
        generation,
        recordAfter,
        List.of(now.plan().asSwitch()),
        home.map(Path::toString),
        homeBefore,
        homeAfter,
        false,
        Operation.Stage.BEGUN);
  }
}
