package io.keymoor.host;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import java.util.Optional;
import java.util.UUID;

/**
 * Switches host encryption on before the first command that needs a key is executed (H2).
 *
 * @param encryption the host's
 * @param executor executes the commands
 */
record HostKeyAtFirstNeed(HostEncryption encryption, CommandExecutor executor)
    implements CommandExecutor {
  @Override
  public CommandOutcome execute(HostCommand command, CommandControl control) {
    provider(command).ifPresent(encryption::needed);
    return executor.execute(command, control);
  }

  private static Optional<UUID> provider(HostCommand command) {
    return switch (command) {
      case HostCommand.EncryptVm encrypt -> Optional.of(encrypt.provider());
      case HostCommand.RekeyVm rekey -> Optional.of(rekey.provider());
      case HostCommand.DeepRekeyVm rekey -> Optional.of(rekey.provider());
      case HostCommand.AddVtpm add -> Optional.of(add.provider());
      case HostCommand.DecryptVm decrypt -> Optional.empty();
      case HostCommand.StartVm start -> Optional.empty();
      case HostCommand.StopVm stop -> Optional.empty();
      case HostCommand.UnlockVm unlock -> Optional.empty();
      case HostCommand.RemoveVtpm remove -> Optional.empty();
    };
  }
}
