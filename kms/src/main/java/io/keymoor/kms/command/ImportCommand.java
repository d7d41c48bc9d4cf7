package io.keymoor.kms.command;

import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.object.ObjectArchive;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.Objects;
import io.keymoor.secret.SecretBytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds the objects in a file. */
@Command(
    name = "import",
    description = "Add the objects of an exported file that are not here yet.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  @Parameters(paramLabel = "FILE", description = "The file that export made.")
  private Path file = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      required = true,
      description = "The passphrase that opens it.")
  private Path passphrase = Path.of("");

  ImportCommand(Output output, InstantSource clock) {
    this.output = output;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    NodeSettings settings = directory.settings();
    SecureRandom random = new SecureRandom();
    try (SecretBytes secret = InputFile.secretLine(passphrase);
        OpenStore store = OpenStore.toAdminister(settings, random);
        Keys keys = Keys.open(new KeyTable(store.database()), settings.rootKey(), clock, random);
        Vault vault = new Vault(keys.storeKey(), random);
        GroupCommit commit = new GroupCommit(store.database())) {
      ObjectArchive.Imported done =
          new ObjectArchive(new Objects(store.database()), vault, random)
              .read(() -> new BufferedInputStream(Files.newInputStream(file)), secret, commit);
      output
          .out()
          .println(
              done.added()
                  + " objects were added; "
                  + done.present()
                  + " were here already and stay as they are.");
    }
    return 0;
  }
}
