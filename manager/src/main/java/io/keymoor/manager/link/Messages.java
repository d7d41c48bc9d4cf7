package io.keymoor.manager.link;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.HostLink;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.model.Rewriting;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmConcern;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.PollReply;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.SealedKey;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.ProviderName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Translates between the link's messages and the domain's values. */
final class Messages {
  private Messages() {}

  static PollReply reply(HostLink.News news) {
    return new PollReply(
        news.commands().stream().map(Messages::command).toList(),
        news.desired()
            .map(desired ->
                new DesiredState(
                    desired.revision(),
                    desired.providers().stream().map(Messages::assignment).toList(),
                    desired.keepKeys())),
        news.keys().map(KeyMessages::update));
  }

  private static HostCommand command(Task task) {
    String id = task.id().toString();
    UUID vm = task.vm();
    return switch (task.work()) {
      case VmWork.Encrypt w ->
          new HostCommand.EncryptVm(
              id, vm, w.parts(), w.provider(), w.keyId().text(), rewrite(w.how()));
      case VmWork.Decrypt w -> new HostCommand.DecryptVm(id, vm, w.parts(), rewrite(w.how()));
      case VmWork.Rekey w -> new HostCommand.RekeyVm(id, vm, w.provider(), w.keyId().text());
      case VmWork.DeepRekey w ->
          new HostCommand.DeepRekeyVm(id, vm, w.provider(), w.keyId().text(), rewrite(w.how()));
      case VmWork.RekeyHost w -> new HostCommand.RekeyHost(id, vm, w.provider(), w.keyId().text());
      case VmWork.Start _ -> new HostCommand.StartVm(id, vm);
      case VmWork.Stop w -> new HostCommand.StopVm(id, vm, w.force());
      case VmWork.Unlock w -> new HostCommand.UnlockVm(id, vm, w.acceptOlderRecord());
      case VmWork.AddVtpm w -> new HostCommand.AddVtpm(id, vm, w.provider(), w.keyId().text());
      case VmWork.RemoveVtpm _ -> new HostCommand.RemoveVtpm(id, vm);
      case VmWork.Migrate w ->
          new HostCommand.MigrateVm(
              id, vm, w.to(), w.toName(), w.reach().libvirtUri(), w.reach().address());
    };
  }

  private static Rewrite rewrite(Rewriting how) {
    return new Rewrite(
        switch (how.way()) {
          case CHOOSE -> Rewrite.Way.CHOOSE;
          case LIVE -> Rewrite.Way.LIVE;
          case COPY -> Rewrite.Way.COPY;
          case IN_PLACE -> Rewrite.Way.IN_PLACE;
        },
        how.bytesPerSecond());
  }

  private static ProviderAssignment assignment(HostLink.Assignment assigned) {
    var entry = assigned.provider();
    return new ProviderAssignment(
        entry.id(),
        entry.name().text(),
        entry.formerNames().stream().map(ProviderName::text).toList(),
        entry.type().text(),
        entry.tpmRequired(),
        entry.keyCheck().map(KeyCheckValue::hex).orElse(""),
        assigned.sealedKdk().map(SealedKey::new),
        assigned.withheld());
  }

  static Task.Pace pace(CommandProgress.Pace pace) {
    return switch (pace) {
      case OPEN -> Task.Pace.OPEN;
      case STANDING -> Task.Pace.STANDING;
      case CLOSING -> Task.Pace.CLOSING;
    };
  }

  static Task.End end(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Succeeded done -> new Task.End.Succeeded(done.summary(), done.warnings());
      case CommandOutcome.Failed failed -> new Task.End.Failed(failed.code(), failed.sentence());
      case CommandOutcome.Cancelled stopped -> new Task.End.Cancelled(stopped.summary());
    };
  }

  static Optional<Vm> vm(CommandOutcome outcome, UUID host) {
    Optional<VmReport> report =
        switch (outcome) {
          case CommandOutcome.Succeeded done -> done.vm();
          case CommandOutcome.Failed failed -> failed.vm();
          case CommandOutcome.Cancelled stopped -> stopped.vm();
        };
    return report.map(vm -> vm(vm, host));
  }

  static Vm vm(VmReport report, UUID host) {
    return new Vm(
        report.id(),
        report.name(),
        host,
        report.power().name().toLowerCase(Locale.ROOT),
        report.parts().stream().map(Messages::part).toList(),
        report.vtpm(),
        report.lockedReason(),
        report.generation(),
        report.keyRecord(),
        report.concerns().stream().map(Messages::concern).toList());
  }

  private static VmConcern concern(VmReport.Concern concern) {
    return new VmConcern(
        switch (concern.kind()) {
          case RUNS_TWICE -> VmConcern.Kind.RUNS_TWICE;
          case IN_CLEAR -> VmConcern.Kind.IN_CLEAR;
        },
        concern.sentence());
  }

  private static PartState part(VmReport.PartReport part) {
    return new PartState(
        part.part(),
        part.encrypted(),
        part.provider(),
        part.providerName(),
        part.keyId(),
        part.image(),
        part.format(),
        part.sizeBytes(),
        part.note());
  }

  static HostCondition condition(HostReport report) {
    return new HostCondition(
        report.desiredRevision(),
        report.encryptionMode().name().toLowerCase(Locale.ROOT),
        report.encryptionModeDetail(),
        report.hypervisorState(),
        report.hostKeyProvider(),
        report.hostKeyId());
  }

  static List<ProviderOnHost> providers(HostReport report, UUID host) {
    return report.providers().stream()
        .map(provider ->
            new ProviderOnHost(
                host,
                provider.id(),
                provider.keyCheck(),
                provider.state().name().toLowerCase(Locale.ROOT),
                provider.detail()))
        .toList();
  }
}
