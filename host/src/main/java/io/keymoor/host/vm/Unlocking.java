package io.keymoor.host.vm;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.record.RecordChoice.Choice;
import java.util.List;

/** Tries a VM's keys on demand, and puts the copies of its record in order. */
final class Unlocking {
  private final VmTools tools;
  private final RecordCopies copies;

  Unlocking(VmTools tools) {
    this.tools = tools;
    this.copies = new RecordCopies(tools);
  }

  /**
   * Unlocks. An older record is accepted when an administrator said so and its keys prove it
   * genuine; its generation is then the one to go on from.
   */
  Result unlock(HostCommand.UnlockVm command) {
    Domain domain = tools.domain(command.vm());
    DomainDefinition definition = domain.definition();
    if (command.acceptOlderRecord()
        && copies.chooseUnseen(definition) instanceof Choice.Chosen chosen
        && chosen.verified()) {
      tools.seen().accept(command.vm(), chosen.record().generation());
    }
    if (copies.unlocked(definition).isEmpty()) {
      return Result.of("VM \"" + domain.name() + "\" is not encrypted.");
    }
    List<String> warnings =
        copies.choose(definition) instanceof Choice.Chosen chosen
            ? copies.repair(command.vm(), definition, chosen)
            : List.of();
    return new Result("VM \"" + domain.name() + "\" is unlocked.", warnings);
  }
}
