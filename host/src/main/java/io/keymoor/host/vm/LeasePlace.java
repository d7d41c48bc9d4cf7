package io.keymoor.host.vm;

import io.keymoor.crypto.SealedFile;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Where a VM's lease is: a directory {@code .keymoor} beside its first disk.
 *
 * <pre>
 * .keymoor/            0700
 *   VM.lease           the lease, replaced whole
 *   VM.lock            locked (POSIX) by a host while it changes the lease
 *   HOST.alive         written anew by a host as long as it holds leases here
 * </pre>
 *
 * @param vm the VM
 * @param directory the directory of its first disk
 */
record LeasePlace(UUID vm, Path directory) {
  private static final int LARGEST = 4096;

  /** The place of a VM; absent when no disk of it is a file. */
  static Optional<LeasePlace> of(DomainDefinition definition) {
    return Disks.homePlace(definition).map(place -> new LeasePlace(definition.id(), place));
  }

  /** The lease as it is. */
  Optional<Lease> read() {
    Path file = lease();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] json = in.readNBytes(LARGEST + 1);
      if (json.length > LARGEST) {
        throw damaged();
      }
      Lease lease = LinkJson.read(json, Lease.class);
      if (lease.version() != Lease.VERSION || !lease.vm().equals(vm)) {
        throw damaged();
      }
      return Optional.of(lease);
    } catch (MalformedMessage malformed) {
      throw damaged();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }

  /**
   * Changes the lease while no other host does.
   *
   * @param change what becomes of it; the same object leaves it alone
   * @return the lease after it
   */
  Optional<Lease> change(UnaryOperator<Optional<Lease>> change) {
    makeDirectory();
    Path lock = inside(vm + ".lock");
    // Within one process POSIX locks exclude nobody.
    synchronized (LeasePlace.class) {
      try (FileChannel channel =
              FileChannel.open(
                  lock,
                  Set.of(
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE,
                      LinkOption.NOFOLLOW_LINKS),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
          FileLock _ = channel.lock()) {
        Optional<Lease> before = read();
        Optional<Lease> after = change.apply(before);
        if (!after.equals(before)) {
          after.ifPresent(lease -> SealedFile.replace(lease(), LinkJson.write(lease)));
        }
        return after;
      } catch (IOException e) {
        throw new UncheckedIOException("could not change the lease " + lease(), e);
      }
    }
  }

  /** The file by which a host shows that it is alive. */
  Path alive(UUID host) {
    return inside(host + ".alive");
  }

  Path lease() {
    return inside(vm + ".lease");
  }

  void makeDirectory() {
    Path leases = directory.resolve(".keymoor");
    try {
      if (!Files.exists(leases, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            leases,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      if (!Files.isDirectory(leases, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(leases + " is no directory");
      }
    } catch (java.nio.file.FileAlreadyExistsException another) {
      // Another host made it.
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the directory of leases " + leases, e);
    }
  }

  private Path inside(String name) {
    return directory.resolve(".keymoor").resolve(name);
  }

  private VmException damaged() {
    return new VmException(
        "lease_damaged",
        "The lease "
            + lease()
            + ", which says where VM "
            + vm
            + " runs, can't be read. Nothing was started. When it is certain that the VM runs on no"
            + " host, remove that file and start it again.");
  }
}
