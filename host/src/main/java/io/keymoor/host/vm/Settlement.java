package io.keymoor.host.vm;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Operation.Kind;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainVtpm;
import io.keymoor.provider.record.KeyRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Brings an operation that has begun to its end, after a failure as after a crash: forward when its
 * definition is the registered one, back when it is not. Every step may have been done already, and
 * may be cut short again.
 *
 * <p>Files are removed only when no registered definition names them.
 */
final class Settlement {
  private final VmTools tools;
  private final RecordCopies copies;
  private final OldImages oldImages;
  private final LiveSettlement live;
  private final InPlaceSettlement inPlace;

  Settlement(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
    this.oldImages = new OldImages(tools);
    this.live = new LiveSettlement(tools);
    this.inPlace = new InPlaceSettlement(tools);
  }

  /** How an operation ended. */
  sealed interface Settled {
    /** What a person should know. */
    List<String> warnings();
  }

  /** It was not committed, and everything is as before. */
  record RolledBack() implements Settled {
    @Override
    public List<String> warnings() {
      return List.of();
    }
  }

  /** It was committed; with warnings about what is left to do, if anything. */
  record Finished(List<String> warnings) implements Settled {
    Finished {
      warnings = List.copyOf(warnings);
    }
  }

  /** Nobody can tell; all files are kept. */
  record Undecided(String reason) implements Settled {
    @Override
    public List<String> warnings() {
      return List.of(reason);
    }
  }

  /**
   * Rolls back or finishes.
   *
   * @throws io.keymoor.hypervisor.HypervisorException when libvirt can't be asked; try again later
   */
  Settled settle(Operation operation, CommandControl control) {
    if (operation.kind().inPlace()) {
      return inPlace.settle(operation, control);
    }
    Optional<Domain> domain = tools.hypervisor().domain(operation.vm());
    Optional<Boolean> committed =
        domain.flatMap(found ->
            operation.kind().live()
                ? live.isCommitted(operation, found)
                : isCommitted(operation, found.definition()));
    if (committed.isEmpty()) {
      return new Undecided(undecided(operation, domain.isPresent()));
    }
    if (committed.get()) {
      return finish(operation, control);
    }
    if (operation.committed()) {
      return new Undecided(undecided(operation, true));
    }
    rollBack(operation);
    return new RolledBack();
  }

  /** Whether settling it would move a disk's data, which may take hours. */
  boolean movesData(Operation operation) {
    return operation.kind().inPlace() && inPlace.movesData(operation);
  }

  /** Empty when the definition is neither the one before nor the one after. */
  private static Optional<Boolean> isCommitted(Operation operation, DomainDefinition definition) {
    if (!operation.disks().isEmpty()) {
      return DefinitionChange.switched(operation.disks(), definition);
    }
    if (definition.keyRecord().isEmpty()) {
      return Optional.of(!operation.recordAfter());
    }
    return RecordCopies.inMetadata(definition)
        .map(record -> record.generation() >= operation.generation());
  }

  static String undecided(Operation operation, boolean known) {
    StringBuilder sentence = new StringBuilder(400);
    sentence
        .append("The operation on VM \"")
        .append(operation.vmName())
        .append("\" begun at ")
        .append(operation.begun())
        .append(
            known
                ? " can be neither finished nor rolled back, because somebody changed the VM's"
                    + " definition since."
                : " can be neither finished nor rolled back, because libvirt does not know the VM"
                    + " any more.")
        .append(" All files were kept.");
    for (DiskSwitch disk : operation.disks()) {
      sentence
          .append(" Disk ")
          .append(disk.target())
          .append(": ")
          .append(disk.oldImage())
          .append(" before, ")
          .append(disk.newImage())
          .append(" after.");
    }
    return sentence.append(" Define the VM with either; the rest happens by itself.").toString();
  }

  /** Forgets what was begun: removes new files. The definition is the one before. */
  void rollBack(Operation operation) {
    if (operation.kind() == Kind.REKEY) {
      restoreCopies(operation);
    }
    if (operation.kind().live()) {
      live.endCopy(operation);
    }
    if (!operation.disks().isEmpty()) {
      List<Domain> domains = tools.hypervisor().domains();
      for (DiskSwitch disk : operation.disks()) {
        oldImages.removeNew(disk, operation.kind().newInClear(), domains);
      }
    }
    operation.homePath().ifPresent(home -> removeBegunHome(operation, home));
    new Steps(operation.kind(), tools.trigger()).reached(Step.ROLLING_BACK);
    tools.journal().end(operation);
  }

  private void restoreCopies(Operation operation) {
    tools
        .hypervisor()
        .domain(operation.vm())
        .map(Domain::definition)
        .ifPresent(definition ->
            RecordCopies.inMetadata(definition)
                .ifPresent(record -> requireAll(copies.write(record, definition))));
  }

  private static void requireAll(List<String> failures) {
    if (!failures.isEmpty()) {
      throw new VmException("key_record_not_written", String.join(" ", failures));
    }
  }

  private void removeBegunHome(Operation operation, Path home) {
    if (operation.vtpmLinkMade()) {
      new VtpmState(tools.swtpmDirectory()).removeUnused(operation.vm(), home);
    }
    if (operation.kind() == Kind.DEEP_REKEY) {
      removeOtherStates(operation, home);
    }
    if (!operation.homeBefore() && VmHome.isDirectory(home)) {
      VmHome.removeIfEmpty(home);
    }
  }

  /**
   * The vTPM's state that the definition's secret opens stays; the one from before or after goes.
   */
  private void removeOtherStates(Operation operation, Path home) {
    Optional<UUID> secret =
        tools.domain(operation.vm()).definition().tpm().flatMap(DomainVtpm::secret);
    if (secret.isPresent() && !VmHome.vtpms(home).isEmpty()) {
      Path state = VmHome.vtpm(home, secret.get());
      new VtpmState(tools.swtpmDirectory()).relink(operation.vm(), state);
      VtpmState.removeOthers(home, state);
    }
  }

  /** Does what comes after the commit. The journal entry goes when all is done. */
  Finished finish(Operation operation, CommandControl control) {
    Steps steps = new Steps(operation.kind(), tools.trigger());
    List<String> warnings = new ArrayList<>();
    List<String> left = new ArrayList<>();
    boolean recorded = !operation.kind().live() || commitRecord(operation, steps, left);
    if (!operation.kind().live()) {
      noteCommit(operation, left);
    }
    boolean durable =
        recorded
            && attempt(
                left, "making the commit durable", tools.hypervisor()::makeDefinitionsDurable);
    if (durable && operation.kind().live()) {
      noteCommit(operation, left);
    }
    if (recorded) {
      attempt(left, "writing the copies of the key record", () -> copyRecord(operation, left));
    }
    steps.reached(Step.RECORD_COPIED);
    if (durable) {
      removeOld(operation, control, warnings, left);
    }
    steps.reached(Step.FINISHED);
    if (left.isEmpty()) {
      attempt(left, "closing the journal entry", () -> tools.journal().end(operation));
    }
    warnings.addAll(left);
    return new Finished(warnings);
  }

  /** Not before a power loss can't bring the former definition back, which needs it all. */
  private void removeOld(
      Operation operation, CommandControl control, List<String> warnings, List<String> left) {
    Steps steps = new Steps(operation.kind(), tools.trigger());
    for (DiskSwitch disk : operation.disks()) {
      attempt(
          left,
          "destroying the old image " + disk.oldImage(),
          () -> warnings.addAll(oldImages.destroy(operation, disk, control, steps)));
      steps.reached(Step.OLD_REMOVED);
    }
    operation
        .homePath()
        .ifPresent(home -> attempt(left, "removing " + home, () -> tidy(operation, home, steps)));
  }

  /** The disk of a running VM was switched already; the record, which opens it, follows. */
  private boolean commitRecord(Operation operation, Steps steps, List<String> left) {
    boolean done = attempt(left, "committing the key record", () -> live.commitRecord(operation));
    steps.reached(Step.RECORD_COMMITTED);
    return done;
  }

  private void noteCommit(Operation operation, List<String> left) {
    attempt(
        left,
        "noting the commit",
        () -> tools.journal().reached(operation, Operation.Stage.COMMITTED));
  }

  private void copyRecord(Operation operation, List<String> left) {
    tools.seen().saw(operation.vm(), operation.generation());
    if (operation.recordAfter()) {
      DomainDefinition definition = tools.domain(operation.vm()).definition();
      Optional<KeyRecord> record = RecordCopies.inMetadata(definition);
      record.ifPresent(committed -> left.addAll(copies.write(committed, definition)));
    }
  }

  private void tidy(Operation operation, Path home, Steps steps) {
    if (operation.kind() == Kind.REMOVE_VTPM) {
      if (tools.domain(operation.vm()).definition().tpm().isPresent()) {
        throw new VmException("vtpm_present", "the VM has a TPM again; its state was kept.");
      }
      new VtpmState(tools.swtpmDirectory()).remove(operation.vm(), home);
      steps.reached(Step.STATE_REMOVED);
    }
    if (operation.kind() == Kind.DEEP_REKEY) {
      removeOtherStates(operation, home);
      steps.reached(Step.STATE_REMOVED);
    }
    if (operation.homeBefore() && !operation.homeAfter()) {
      if (VmHome.isDirectory(home)) {
        VmHome.remove(home);
      }
      steps.reached(Step.HOME_REMOVED);
    }
  }

  static boolean attempt(List<String> left, String what, Runnable step) {
    try {
      step.run();
      return true;
    } catch (RuntimeException e) {
      left.add(
          "The operation is done, but "
              + what
              + " did not succeed ("
              + RecordCopies.reasonOf(e)
              + "). It is tried again by itself.");
      return false;
    }
  }
}
