package io.keymoor.host.vm;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether a QEMU, on whichever host, has an image open: it locks bytes 100 to 299 of it in parts
 * (block/file-posix.c). Says nothing on a file system whose locks do not reach other hosts.
 */
final class ImageLocks {
  private static final long FIRST = 100;
  private static final long COUNT = 200;

  private ImageLocks() {}

  /**
   * Looks at every disk.
   *
   * @throws VmException when one is in use
   */
  static void requireUnused(DomainDefinition definition) {
    for (DomainDisk disk : Disks.of(definition)) {
      disk.file()
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(ImageLocks::inUse)
          .ifPresent(file -> {
            throw new VmException(
                "vm_runs_elsewhere",
                "A QEMU has the disk "
                    + file
                    + " of VM \""
                    + definition.name()
                    + "\" open, so the VM runs somewhere. Nothing was changed. Stop it there first.");
          });
    }
  }

  private static boolean inUse(Path image) {
    try (FileChannel channel =
            FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(FIRST, COUNT, false)) {
      return lock == null;
    } catch (OverlappingFileLockException ours) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("could not look whether " + image + " is in use", e);
    }
  }
}
