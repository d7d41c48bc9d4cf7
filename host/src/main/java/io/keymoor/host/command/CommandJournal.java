package io.keymoor.host.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.SealedFile;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandProgress;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.protocol.Rewrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of this host on disk. Per command, under the SHA-256 of its id (the id is the
 * manager's text and no file name):
 *
 * <pre>
 *   HASH.command   accepted: it will be executed to completion
 *   HASH.paused    while it shall stand still: how far it was
 *   HASH.outcome   executed: it will be told until the manager acknowledges
 * </pre>
 *
 * <p>Guarantee: what {@link #accept}, {@link #pause}, {@link #finish} or {@link #forget} wrote
 * survives a power loss once it returned, and is all there or not at all. Holds no secret. Not
 * thread-safe for one command.
 */
final class CommandJournal {
  private static final Logger LOG = LoggerFactory.getLogger(CommandJournal.class);
  private static final String COMMAND = ".command";
  private static final String OUTCOME = ".outcome";
  private static final String PAUSED = ".paused";

  private final Path directory;

  CommandJournal(Path directory) {
    HostDirectory.ownerOnly(directory);
    this.directory = directory;
  }

  /** Commands without an outcome, in the order in which they were accepted. */
  List<StoredCommand> unfinished() {
    return list(COMMAND, StoredCommand.class).stream()
        .filter(stored -> !Files.exists(file(stored.command().id(), OUTCOME)))
        .sorted(Comparator.comparingLong(StoredCommand::sequence))
        .toList();
  }

  /** Outcomes that the manager has not acknowledged. */
  List<CommandOutcome> outcomes() {
    return list(OUTCOME, CommandOutcome.class);
  }

  void accept(StoredCommand stored) {
    write(file(stored.command().id(), COMMAND), LinkJson.write(stored));
  }

  /** It shall stand still, also after a restart. */
  void pause(CommandProgress progress) {
    write(file(progress.id(), PAUSED), LinkJson.write(progress));
  }

  /** How far the command is that shall stand still; absent when it shall not. */
  Optional<CommandProgress> paused(HostCommand command) {
    Path mark = file(command.id(), PAUSED);
    if (!Files.exists(mark)) {
      return Optional.empty();
    }
    try {
      CommandProgress left = LinkJson.read(Files.readAllBytes(mark), CommandProgress.class);
      return Optional.of(keepsItsPlace(command) ? left : anew(command));
    } catch (IOException | MalformedMessage unreadable) {
      return Optional.of(anew(command));
    }
  }

  /** What was copied is removed when an agent starts; what was moved in place stays moved. */
  private static boolean keepsItsPlace(HostCommand command) {
    return switch (command) {
      case HostCommand.EncryptVm encrypt -> encrypt.how().way() == Rewrite.Way.IN_PLACE;
      case HostCommand.DecryptVm decrypt -> decrypt.how().way() == Rewrite.Way.IN_PLACE;
      case HostCommand.DeepRekeyVm rekey -> rekey.how().way() == Rewrite.Way.IN_PLACE;
      case HostCommand.RekeyVm _,
          HostCommand.RekeyHost _,
          HostCommand.UnlockVm _,
          HostCommand.AddVtpm _,
          HostCommand.RemoveVtpm _,
          HostCommand.StartVm _,
          HostCommand.StopVm _,
          HostCommand.MigrateVm _,
          HostCommand.AdoptVm _ ->
          false;
    };
  }

  private static CommandProgress anew(HostCommand command) {
    return new CommandProgress(
        command.id(), "begins anew when it is resumed: its agent was restarted", 0, 0, "steps");
  }

  /** It shall not stand still any more. */
  void goOn(String id) {
    try {
      Files.deleteIfExists(file(id, PAUSED));
      synchronise();
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(directory, failure);
    }
  }

  void finish(CommandOutcome outcome) {
    write(file(outcome.id(), OUTCOME), LinkJson.write(outcome));
  }

  /** The command first: alone on disk after a crash it would be executed again. */
  void forget(String id) {
    try {
      Files.deleteIfExists(file(id, PAUSED));
      Files.deleteIfExists(file(id, COMMAND));
      synchronise();
      Files.deleteIfExists(file(id, OUTCOME));
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(directory, failure);
    }
  }

  private void synchronise() throws IOException {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private <T> List<T> list(String ending, Class<T> type) {
    List<T> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ending)) {
      for (Path file : files) {
        try {
          found.add(LinkJson.read(Files.readAllBytes(file), type));
        } catch (MalformedMessage unreadable) {
          // The manager sends a command again that this host does not say it knows.
          LOG.warn("{} is damaged or from a newer version; it was left as it is.", file);
        }
      }
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(directory, failure);
    }
    return found;
  }

  private static void write(Path file, byte[] contents) {
    try {
      SealedFile.replace(file, contents);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  private Path file(String id, String ending) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8));
      return directory.resolve(HexFormat.of().formatHex(hash) + ending);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }

  /** For {@link #accept}: a sequence number above all that are on disk. */
  long nextSequence() {
    return 1
        + list(COMMAND, StoredCommand.class).stream()
            .mapToLong(StoredCommand::sequence)
            .max()
            .orElse(0);
  }

  /** A command and its id, for messages. */
  static String describe(HostCommand command) {
    return command.getClass().getSimpleName() + " " + command.id() + " of VM " + command.vm();
  }
}
