package io.keymoor.host.vm;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.inplace.InPlaceRequest;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.hypervisor.Domain;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Encrypts, decrypts or rekeys disks of a VM that is off in their own images, one after the other
 * (decision 0008). Each is an operation of its own: what is done stays done when a later one fails.
 * The home holds no disk data and is changed by copy, before the disks, or after them when
 * decrypting.
 */
final class InPlaceRewriting {
  private final VmTools tools;
  private final Domain found;
  private final CommandControl control;
  private final RecordCopies copies;
  private final List<String> warnings = new ArrayList<>();
  private final DoneParts done = new DoneParts();

  InPlaceRewriting(VmTools tools, Domain found, CommandControl control) {
    this.tools = tools;
    this.found = found;
    this.control = control;
    this.copies = new RecordCopies(tools);
  }

  /** A VM as it is between two parts. */
  record Now(Domain domain, Optional<KeyRecord> record) {}

  /** Changes the home by copy and returns the warnings. */
  @FunctionalInterface
  interface HomeByCopy {
    List<String> change(Now now);
  }

  /** Encrypts these parts and returns the warnings. */
  List<String> encrypt(List<String> parts, IssuedKey key, HomeByCopy home) {
    requirePossible(Kind.IN_PLACE_ENCRYPT, parts);
    changeHome(parts, home);
    for (String target : Parts.targets(parts)) {
      step(Kind.IN_PLACE_ENCRYPT, target, now -> underNewKey(Kind.IN_PLACE_ENCRYPT, now, key));
    }
    return warnings;
  }

  /** Rekeys these parts deeply and returns the warnings. */
  List<String> rekey(List<String> parts, IssuedKey key, HomeByCopy home) {
    requirePossible(Kind.IN_PLACE_REKEY, parts);
    changeHome(parts, home);
    for (String target : Parts.targets(parts)) {
      step(Kind.IN_PLACE_REKEY, target, now -> underNewKey(Kind.IN_PLACE_REKEY, now, key));
    }
    return warnings;
  }

  /** Decrypts these parts and returns the warnings. */
  List<String> decrypt(List<String> parts, HomeByCopy home) {
    requirePossible(Kind.IN_PLACE_DECRYPT, parts);
    for (String target : Parts.targets(parts)) {
      step(Kind.IN_PLACE_DECRYPT, target, this::inClear);
    }
    changeHome(parts, home);
    return warnings;
  }

  /** Every disk is checked before the first is touched; the engine knows what it can do. */
  private void requirePossible(Kind kind, List<String> parts) {
    Preflight preflight = new Preflight(tools, found);
    List<DiskPlan> plans = preflight.toChangeInPlace(kind, Parts.targets(parts));
    Optional<KeyRecord> record = record(found);
    for (DiskPlan plan : plans) {
      requirePossible(kind, plan, record);
    }
  }

  private void requirePossible(Kind kind, DiskPlan plan, Optional<KeyRecord> record) {
    List<String> part = kind.oldInClear() ? List.of() : List.of(plan.part());
    Map<String, SecretBytes> deks =
        record.map(known -> PresentDeks.of(tools, known, part)).orElse(Map.of());
    try (PartKey present = PartKey.of(deks.get(plan.part()));
        PartKey anyNew = PartKey.of(SecretBytes.random(32, tools.random()))) {
      DiskKey wanted = kind.newInClear() ? DiskKey.NONE : anyNew.diskKey();
      tools
          .inPlace()
          .requireConvertible(
              new InPlaceRequest(plan.oldImage(), plan.sourceFormat(), present.diskKey(), wanted));
    } finally {
      deks.values().forEach(SecretBytes::close);
    }
  }

  private void changeHome(List<String> parts, HomeByCopy home) {
    if (parts.contains(PartKeys.HOME)) {
      done.doing(PartKeys.HOME, () -> warnings.addAll(home.change(now())));
    }
  }

  private void step(Kind kind, String target, Function<Step, InPlaceDraft> drafting) {
    done.doing(
        PartKeys.disk(target),
        () -> {
          Now now = now();
          DiskPlan plan =
              new Preflight(tools, now.domain()).toChangeInPlace(kind, List.of(target)).getFirst();
          warnings.addAll(
              new InPlaceChange(tools, drafting.apply(new Step(now, plan)), control).run());
        });
  }

  private record Step(Now now, DiskPlan plan) {}

  private Now now() {
    if (control.cancelled()) {
      throw VmException.cancelled(found.name());
    }
    Domain domain = tools.domain(found.id());
    Preflight.requireOff(domain, "this operation");
    return new Now(domain, record(domain));
  }

  private Optional<KeyRecord> record(Domain domain) {
    return copies.unlocked(domain.definition());
  }

  private InPlaceDraft underNewKey(Kind kind, Step step, IssuedKey key) {
    NewRecords records = records(step);
    try (SecretBytes dek = records.newDek()) {
      String image = step.plan().oldImage().getFileName().toString();
      KeyRecord announced = records.announced(key, step.plan().part(), dek, image);
      long generation = announced.generation() + 1;
      return new InPlaceDraft(
          step.now().domain(), operation(kind, step, generation, true), Optional.of(announced));
    }
  }

  private InPlaceDraft inClear(Step step) {
    KeyRecord present = step.now().record().orElseThrow();
    boolean rest =
        present.parts().stream().anyMatch(part -> !part.part().equals(step.plan().part()));
    return new InPlaceDraft(
        step.now().domain(),
        operation(Kind.IN_PLACE_DECRYPT, step, present.generation() + 1, rest),
        Optional.empty());
  }

  private NewRecords records(Step step) {
    Domain domain = step.now().domain();
    return new NewRecords(tools, domain.id(), domain.name(), step.now().record());
  }

  private Operation operation(Kind kind, Step step, long generation, boolean recordAfter) {
    Domain domain = step.now().domain();
    return new Operation(
        UUID.randomUUID(),
        kind,
        domain.id(),
        domain.name(),
        tools.now(),
        generation,
        recordAfter,
        List.of(step.plan().asSwitch()),
        Optional.empty(),
        false,
        false,
        false,
        Operation.Stage.BEGUN);
  }
}
