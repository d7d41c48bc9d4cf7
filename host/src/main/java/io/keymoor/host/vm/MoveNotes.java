package io.keymoor.host.vm;

import io.keymoor.crypto.SealedFile;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrations from and to this host that have begun, one file each, so that an agent that was killed
 * in the middle brings them to their end. A note is durable when its method returns. Thread-safe.
 */
public final class MoveNotes {
  private static final Logger LOG = LoggerFactory.getLogger(MoveNotes.class);
  private static final String SUFFIX = ".move.json";

  private final Path directory;

  /** Notes in {@code directory}, made when it is not there. */
  public MoveNotes(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the directory " + directory, e);
    }
  }

  /** Which way. */
  enum Way {
    OUT,
    IN
  }

  /**
   * One migration.
   *
   * @param vm the VM
   * @param name its name
   * @param way whether it leaves or arrives
   * @param command the command that began it; empty for an arrival
   * @param place directory of its first disk
   * @param peer the other host; this host itself for an arrival
   * @param peerName its name
   * @param defined whether this host defined the VM for it
   * @param done whether it left: kept so that the command, executed again, ends the same way
   */
  record Note(
      UUID vm,
      String name,
      Way way,
      String command,
      String place,
      UUID peer,
      String peerName,
      boolean defined,
      boolean done) {
    LeasePlace leasePlace() {
      return new LeasePlace(vm, Path.of(place));
    }

    Note ended() {
      return new Note(vm, name, way, command, place, peer, peerName, defined, true);
    }
  }

  synchronized void write(Note note) {
    SealedFile.replace(file(note.vm()), LinkJson.write(note));
  }

  synchronized Optional<Note> find(UUID vm) {
    return read(file(vm));
  }

  synchronized void remove(UUID vm) {
    DurableFiles.delete(file(vm));
  }

  /** All that have not ended. */
  synchronized List<Note> open(Way way) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .flatMap(file -> read(file).stream())
          .filter(note -> note.way() == way && !note.done())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + directory, e);
    }
  }

  private static Optional<Note> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of(LinkJson.read(Files.readAllBytes(file), Note.class))
          : Optional.empty();
    } catch (MalformedMessage damaged) {
      LOG.error("{} is damaged and was left as it is; it is about a migration.", file);
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }

  private Path file(UUID vm) {
    return directory.resolve(vm + SUFFIX);
  }
}
