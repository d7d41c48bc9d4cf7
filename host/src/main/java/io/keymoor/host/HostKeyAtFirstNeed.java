package io.keymoor.host;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    if (command instanceof HostCommand.RekeyHost rekey) {
      return rekey(rekey);
    }
    provider(command).ifPresent(encryption::needed);
    return executor.execute(command, control);
  }

  private CommandOutcome rekey(HostCommand.RekeyHost command) {
    try {
      String summary = encryption.rekey(command.provider(), new KeyId(command.keyId()));
      return new CommandOutcome.Succeeded(command.id(), summary, List.of(), Optional.empty());
    } catch (ProviderException refused) {
      return failed(command, refused.code(), refused.getMessage());
    } catch (ConfigurationException refused) {
      return failed(command, refused.code(), refused.getMessage());
    }
  }

  private static CommandOutcome failed(
      HostCommand command, String code, @Nullable String sentence) {
    return new CommandOutcome.Failed(
        command.id(), code, sentence + " The host key is as it was.", Optional.empty());
  }

  private static Optional<UUID> provider(HostCommand command) {
    return switch (command) {
      case HostCommand.EncryptVm encrypt -> Optional.of(encrypt.provider());
      case HostCommand.RekeyVm rekey -> Optional.of(rekey.provider());
      case HostCommand.DeepRekeyVm rekey -> Optional.of(rekey.provider());
      case HostCommand.AddVtpm add -> Optional.of(add.provider());
      case HostCommand.RekeyHost rekey -> Optional.empty();
      case HostCommand.DecryptVm decrypt -> Optional.empty();
      case HostCommand.StartVm start -> Optional.empty();
      case HostCommand.StopVm stop -> Optional.empty();
      case HostCommand.UnlockVm unlock -> Optional.empty();
      case HostCommand.RemoveVtpm remove -> Optional.empty();
      case HostCommand.MigrateVm migrate -> Optional.empty();
      case HostCommand.AdoptVm adopt -> Optional.empty();
    };
  }
}
