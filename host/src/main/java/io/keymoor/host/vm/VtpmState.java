package io.keymoor.host.vm;

import io.keymoor.hypervisor.vtpm.VtpmRekey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where a vTPM's state is. libvirt keeps it in {@code swtpm/<uuid>/tpm2} on the host; a link in
 * place of {@code <uuid>} puts it into the VM's home on the datastore, so that another host finds
 * it there (R9).
 */
final class VtpmState {
  /** What libvirt makes in the directory. */
  private static final String LIBVIRTS = "tpm2";

  private final Path swtpmDirectory;

  VtpmState(Path swtpmDirectory) {
    this.swtpmDirectory = swtpmDirectory;
  }

  private Path link(UUID vm) {
    return swtpmDirectory.resolve(vm.toString());
  }

  /** Whether libvirt has state of the VM that is not behind a link: somebody else's vTPM. */
  boolean isForeign(UUID vm) {
    Path place = link(vm);
    return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) && !isEmpty(place);
  }

  /** Writes one state directory's contents anew into another. */
  @FunctionalInterface
  interface Rewriting {
    void run(Path from, Path to);
  }

  /** Makes the state's directory, and the link to it. */
  void make(UUID vm, Path state) {
    try {
      makeDirectory(state);
      link(vm, state);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the vTPM's directory " + state, e);
    }
  }

  private static void makeDirectory(Path state) throws IOException {
    if (!VmHome.isDirectory(state)) {
      Files.createDirectory(state);
    }
    DurableFiles.setMode(state, "rwx--x--x");
    DurableFiles.syncDirectoryOf(state);
  }

  /** Makes another state directory; the one in use and the link to it stay as they are. */
  void rekey(Path from, Path to, Rewriting rewriting) {
    try {
      DurableFiles.deleteTree(to);
      makeDirectory(to);
      Path old = from.resolve(LIBVIRTS);
      requireNoLink(old);
      requireNoLink(old.resolve(VtpmRekey.STATE_FILE));
      if (!Files.exists(old.resolve(VtpmRekey.STATE_FILE))) {
        // It never ran, so there is nothing in it yet.
        return;
      }
      Path fresh = Files.createDirectory(to.resolve(LIBVIRTS));
      rewriting.run(old, fresh);
      Files.setAttribute(fresh, "unix:uid", Files.getAttribute(old, "unix:uid"));
      Files.setAttribute(fresh, "unix:gid", Files.getAttribute(old, "unix:gid"));
      Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(old));
      DurableFiles.syncDirectoryOf(fresh);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the vTPM's directory " + to, e);
    }
  }

  /** The directory is swtpm's; the agent, as root, would read and dress whatever a link names. */
  private static void requireNoLink(Path path) {
    if (Files.isSymbolicLink(path)) {
      throw new VmException(
          "vtpm_state_replaced",
          path
              + " is a link, which somebody put there. Nothing was changed. Find out who, and"
              + " restore the directory from a backup.");
    }
  }

  /** Makes libvirt's link lead to this state. */
  void relink(UUID vm, Path state) {
    try {
      link(vm, state);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the link " + link(vm), e);
    }
  }

  /** Removes every state in the home but this one. */
  static void removeOthers(Path home, Path state) {
    VmHome.vtpms(home).stream()
        .filter(other -> !other.equals(state))
        .forEach(DurableFiles::deleteTree);
  }

  /**
   * Makes sure that libvirt finds the state in the home, as on a host where the VM never ran.
   *
   * @throws VmException when the state is gone: libvirt would make an empty vTPM in its place, and
   *     a guest that seals its disks to the old one would not boot
   */
  void requireLinked(String name, UUID vm, Path state) {
    if (!VmHome.isDirectory(state)) {
      throw new VmException(
          "vtpm_state_missing",
          "The state of VM \""
              + name
              + "\"'s vTPM should be in "
              + state
              + " and is not there. The VM was not started, because it would get an empty vTPM."
              + " Restore that directory from a backup, or remove the vTPM and add a new one.");
    }
    if (isForeign(vm)) {
      throw new VmException("vtpm_state_elsewhere", foreign(name, vm));
    }
    Path inside = state.resolve(LIBVIRTS);
    if (Files.isSymbolicLink(inside)) {
      // libvirt, as root, gives what it finds there to swtpm's user.
      throw new VmException(
          "vtpm_state_replaced",
          inside
              + " is a link, which somebody put there. VM \""
              + name
              + "\" was not started. Find out who, and restore the directory from a backup.");
    }
    relink(vm, state);
  }

  /**
   * Lets another host's swtpm in while the present one's holds its lock, for a live migration: QEMU
   * stops the one before it starts the other, so that they never write both. swtpm before 0.8 has
   * no way of its own to hand its lock over. It locks a file's inode, and the next one makes a new
   * file.
   */
  static void passLock(Path state) {
    Path inside = state.resolve(LIBVIRTS);
    requireNoLink(inside);
    DurableFiles.delete(inside.resolve(".lock"));
  }

  /** The sentence about state that is not ours. */
  String foreign(String name, UUID vm) {
    return "libvirt already has vTPM state for VM \""
        + name
        + "\" in "
        + link(vm)
        + ". It was left there and nothing was changed. If it is not needed, move it away first.";
  }

  private void link(UUID vm, Path directory) throws IOException {
    Path link = link(vm);
    Path state = directory.toAbsolutePath();
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(state)) {
      return;
    }
    Files.createDirectories(swtpmDirectory);
    if (Files.isSymbolicLink(link) || Files.isDirectory(link)) {
      Files.delete(link);
    }
    Files.createSymbolicLink(link, state);
    DurableFiles.syncDirectoryOf(link);
  }

  /** Removes the link and every state in the home; a directory in place of the link stays. */
  void remove(UUID vm, Path home) {
    removeLink(vm);
    VmHome.vtpms(home).forEach(DurableFiles::deleteTree);
  }

  /** Removes a state directory that was never used, and the link to it. */
  void removeUnused(UUID vm, Path home) {
    if (VmHome.vtpms(home).stream().allMatch(VtpmState::isEmpty)) {
      remove(vm, home);
    }
  }

  private void removeLink(UUID vm) {
    if (Files.isSymbolicLink(link(vm))) {
      DurableFiles.delete(link(vm));
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> inside = Files.list(directory)) {
      return inside.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not look into " + directory, e);
    }
  }
}
