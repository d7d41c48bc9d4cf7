package io.keymoor.kms.command;

import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.NodeSettings.RootKeySource;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.node.RootKeyWish;
import io.keymoor.kms.store.KeyTable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Seals the keys under another root key, or under the TPM as the machine is now. */
@Command(
    name = "root-key",
    description =
        "Seal the keys under another root key too and use it from the next start on; also to seal"
            + " again after the TPM's registers changed. No object is touched.",
    mixinStandardHelpOptions = true)
final class RootKeyCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();
  @Mixin private RootKeyOptions rootKey = new RootKeyOptions();

  @Option(
      names = "--open-with",
      paramLabel = "FILE",
      description = "Open the keys with the passphrase in this file instead of the present one.")
  private Optional<Path> openWith = Optional.empty();

  RootKeyCommand(Output output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    NodeSettings settings = directory.settings();
    RootKeyWish wish = rootKey.wish();
    SecureRandom random = new SecureRandom();
    RootKeySource present =
        openWith
            .<RootKeySource>map(file -> new RootKeySource.PassphraseFile(file.toAbsolutePath()))
            .orElse(settings.rootKey());
    try (OpenStore store = OpenStore.toAdminister(settings, random)) {
      KeyTable table = new KeyTable(store.database());
      try (Keys keys = Keys.open(table, present, clock, random)) {
        RootKeySource wanted = wish.prepare(directory.path(), random);
        keys.sealUnder(table, wanted);
        wish.second().ifPresent(second -> keys.sealUnder(table, second));
        NodeSettings.changeRootKey(directory.path(), wanted);
      }
    }
    output.out().println(RootKeyOptions.advice(wish, directory.path()));
    output.out().println("The node uses it from its next start on.");
    return 0;
  }
}
