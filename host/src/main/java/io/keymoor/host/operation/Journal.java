package io.keymoor.host.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * returned; an entry is whole or not there. An entry that can't be read is an error and never
 * skipped: it stands for files that may have to be destroyed or kept. Thread-safe.
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
   * Makes it durable that the operation is committed; harmless when it is known already.
   *
   * @return the entry as it is now
   */
  public synchronized Operation committed(Operation operation) {
    if (operation.committed()) {
      return operation;
    }
    Operation known = operation.asCommitted();
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
   * Every operation that has begun and not ended, the oldest first.
   *
   * @throws IllegalStateException when an entry can't be read; the message names its file
   */
  public synchronized List<Operation> open() {
    List<Operation> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
        open.add(read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not list the journal in " + directory, e);
    }
    open.sort(Comparator.comparing(Operation::begun).thenComparing(Operation::id));
    return open;
  }

  /** The open operation of this VM; there is one at most, as the next waits for its end. */
  public Optional<Operation> open(UUID vm) {
    return open().stream().filter(operation -> operation.vm().equals(vm)).findFirst();
  }

  private static Operation read(Path file) throws IOException {
    try {
      return LinkJson.read(Files.readString(file, UTF_8).getBytes(UTF_8), Operation.class);
    } catch (MalformedMessage damaged) {
      throw new IllegalStateException(
          "The journal entry "
              + file
              + " can't be read. The VMs' files were left as they are. Restore the entry, or move"
              + " it away after checking that every VM of this host starts.",
          damaged);
    }
  }

  private Path file(Operation operation) {
    return directory.resolve(operation.id() + SUFFIX);
  }
}
