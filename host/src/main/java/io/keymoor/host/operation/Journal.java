package io.keymoor.host.operation;

import io.keymoor.crypto.SealedFile;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Operations that have begun and not ended, one file each in a directory of this host alone.
 *
 * <p>Guarantee: once {@link #begin} returned, the entry survives a power loss until {@link #end}
 * returned; an entry is whole or not there. An entry that can't be read is never taken for none: it
 * stands for files that may have to be destroyed or kept, so it stops all changes of its VM, and of
 * that one only, since the file's name tells which it is. Thread-safe.
 */
public final class Journal {
  private static final String SUFFIX = ".operation.json";

  private final Path directory;

  /**
   * A journal in {@code directory}, which is made when it is not there.
   *
   * @throws UncheckedIOException when it can't be made
   */
  public Journal(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the journal's directory " + directory, e);
    }
  }

  /** Makes the entry durable; to be called before the operation changes anything. */
  public synchronized void begin(Operation operation) {
    SealedFile.replace(file(operation), LinkJson.write(operation));
  }

  /**
   * Makes it durable that the operation is at this stage; harmless when it is known already.
   *
   * @return the entry as it is now
   */
  public synchronized Operation reached(Operation operation, Operation.Stage stage) {
    if (operation.stage() == stage) {
      return operation;
    }
    Operation known = operation.at(stage);
    SealedFile.replace(file(known), LinkJson.write(known));
    return known;
  }

  /** Removes the entry: the operation is rolled back or finished. Harmless when it is gone. */
  public synchronized void end(Operation operation) {
    try {
      Files.deleteIfExists(file(operation));
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove a journal entry in " + directory, e);
    }
  }

  /**
   * Every operation that has begun and not ended, the oldest first, without damaged entries.
   *
   * @throws DamagedEntry when an entry can't be read and it is not known which VM it is about
   */
  public synchronized List<Operation> open() {
    List<Operation> open = new ArrayList<>();
    for (Path file : files()) {
      try {
        open.add(read(file));
      } catch (DamagedEntry damaged) {
        if (damaged.vm().isEmpty()) {
          throw damaged;
        }
      }
    }
    open.sort(Comparator.comparing(Operation::begun).thenComparing(Operation::id));
    return open;
  }

  /** Entries that can't be read, each of a VM that is known. */
  public synchronized List<DamagedEntry> damaged() {
    List<DamagedEntry> all = new ArrayList<>();
    for (Path file : files()) {
      try {
        read(file);
      } catch (DamagedEntry damaged) {
        all.add(damaged);
      }
    }
    return all;
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list the journal in " + directory, e);
    }
  }

  /**
   * The open operation of this VM; there is one at most, as the next waits for its end.
   *
   * @throws DamagedEntry when an entry of this VM, or of nobody knows which, can't be read
   */
  public synchronized Optional<Operation> open(UUID vm) {
    Optional<Operation> found = Optional.empty();
    for (Path file : files()) {
      try {
        Operation operation = read(file);
        found = operation.vm().equals(vm) ? Optional.of(operation) : found;
      } catch (DamagedEntry damaged) {
        if (damaged.vm().map(vm::equals).orElse(true)) {
          throw damaged;
        }
      }
    }
    return found;
  }

  private static Operation read(Path file) {
    try {
      return LinkJson.read(Files.readAllBytes(file), Operation.class);
    } catch (MalformedMessage | IOException damaged) {
      throw new DamagedEntry(file, vmOf(file), damaged);
    }
  }

  /** A name is VM, underscore, operation; version 0.1 wrote the operation alone. */
  private static Optional<UUID> vmOf(Path file) {
    String name = file.toString().substring(file.toString().lastIndexOf('/') + 1);
    int end = name.indexOf('_');
    try {
      return end < 0 ? Optional.empty() : Optional.of(UUID.fromString(name.substring(0, end)));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private Path file(Operation operation) {
    Path former = directory.resolve(operation.id() + SUFFIX);
    return Files.exists(former)
        ? former
        : directory.resolve(operation.vm() + "_" + operation.id() + SUFFIX);
  }
}
