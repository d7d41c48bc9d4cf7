package io.keymoor.kms.command;

import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.object.ObjectArchive;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.Objects;
import io.keymoor.secret.SecretBytes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all objects into a file. */
@Command(
    name = "export",
    description = "Write all objects, keys included, into a file sealed under a passphrase.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private final Output output;
  private final InstantSource clock;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  @Parameters(paramLabel = "FILE", description = "The file to make; it must not exist.")
  private Path file = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      required = true,
      description = "The passphrase that opens it.")
  private Path passphrase = Path.of("");

  ExportCommand(Output output, InstantSource clock) {
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
        FileChannel channel =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      long count =
          new ObjectArchive(new Objects(store.database()), vault, random).write(out, secret);
      out.flush();
      channel.force(true);
      output.out().println(count + " objects are in " + file + ".");
      output.out().println("Clients and their certificates are not: add them where you import.");
    }
    return 0;
  }
}
