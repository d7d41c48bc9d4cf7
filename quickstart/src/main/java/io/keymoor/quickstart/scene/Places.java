package io.keymoor.quickstart.scene;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * The directory of a quickstart and what is where in it.
 *
 * @param base absolute
 */
public record Places(Path base) {
  private static final String MARKER = "keymoor-quickstart";

  /** What is in a directory before a run. */
  public enum Present {
    NOTHING,
    FINISHED_RUN,
    BROKEN_OFF_RUN,
    SOMETHING_ELSE
  }

  /** The manager's directory. */
  public Path manager() {
    return base.resolve("manager");
  }

  /** The agent's directory. */
  public Path host() {
    return base.resolve("host");
  }

  /** The private libvirt's directory. */
  public Path libvirt() {
    return base.resolve("libvirt");
  }

  /** The KMS's directory: its nodes' own and their database's. */
  public Path kms() {
    return base.resolve("kms");
  }

  /** Where disks and the homes of VMs are. */
  public Path datastore() {
    return base.resolve("datastore");
  }

  /** Kept apart from all the rest, as an administrator would keep it off the estate. */
  public Path backups() {
    return base.resolve("backups");
  }

  /** Logs of the processes. */
  public Path logs() {
    return base.resolve("logs");
  }

  /** What is there now. */
  public Present look() {
    if (!Files.exists(base, LinkOption.NOFOLLOW_LINKS)) {
      return Present.NOTHING;
    }
    try (Stream<Path> entries = Files.list(base)) {
      if (entries.findAny().isEmpty()) {
        return Present.NOTHING;
      }
      Path marker = base.resolve(MARKER);
      if (!Files.isRegularFile(marker)) {
        return Present.SOMETHING_ELSE;
      }
      return Files.readString(marker).strip().equals("finished")
          ? Present.FINISHED_RUN
          : Present.BROKEN_OFF_RUN;
    } catch (IOException unreadable) {
      throw new StoryFailed("The directory " + base + " can't be read.", unreadable);
    }
  }

  /** Makes the directories. */
  public void create() {
    try {
      var ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      for (Path directory : new Path[] {base, datastore(), backups(), logs()}) {
        if (!Files.isDirectory(directory)) {
          Files.createDirectories(directory, ownerOnly);
        }
      }
      Files.writeString(base.resolve(MARKER), "begun\n");
    } catch (IOException failure) {
      throw new StoryFailed("The directory " + base + " can't be created.", failure);
    }
  }

  /** Notes that the story was told to its end. */
  public void markFinished() {
    try {
      Files.writeString(base.resolve(MARKER), "finished\n");
    } catch (IOException failure) {
      throw new StoryFailed("The file " + base.resolve(MARKER) + " can't be written.", failure);
    }
  }

  /** Removes a quickstart's directory, and nothing that is not one. Links are not followed. */
  public void remove() {
    if (!Files.isRegularFile(base.resolve(MARKER))) {
      throw new StoryFailed(
          base + " was not made by a quickstart, so it was left as it is. Name another --dir.");
    }
    try {
      Files.walkFileTree(base, new Remover());
    } catch (IOException failure) {
      throw new StoryFailed("Not all of " + base + " could be removed.", failure);
    }
  }

  /** Removes what is in a directory; links are not followed. Harmless when there is none. */
  public static void empty(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        Files.walkFileTree(entry, new Remover());
      }
    } catch (NoSuchFileException none) {
      // As empty as can be.
    } catch (IOException failure) {
      throw new StoryFailed("Not all in " + directory + " could be removed.", failure);
    }
  }

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path directory, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
