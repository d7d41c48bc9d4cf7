package io.keymoor.host.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where a vTPM's state is. libvirt keeps it in {@code swtpm/<uuid>/tpm2} on the host; a link in
 * place of {@code <uuid>} puts it into the VM's home on the datastore, so that another host finds
 * it there (R9).
 */
final class VtpmState {
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

  /** Makes the state's directory in the home, and the link to it. */
  void make(UUID vm, Path home) {
    Path state = VmHome.vtpm(home);
    try {
      if (!VmHome.isDirectory(state)) {
        Files.createDirectory(state);
      }
      Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx--x--x"));
      DurableFiles.syncDirectoryOf(state);
      link(vm, home);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the vTPM's directory " + state, e);
    }
  }

  /**
   * Makes sure that libvirt finds the state in the home, as on a host where the VM never ran.
   *
   * @throws VmException when the state is gone: libvirt would make an empty vTPM in its place, and
   *     a guest that seals its disks to the old one would not boot
   */
  void requireLinked(String name, UUID vm, Path home) {
    if (!VmHome.isDirectory(VmHome.vtpm(home))) {
      throw new VmException(
          "vtpm_state_missing",
          "The state of VM \""
              + name
              + "\"'s vTPM should be in "
              + VmHome.vtpm(home)
              + " and is not there. The VM was not started, because it would get an empty vTPM."
              + " Restore that directory from a backup, or remove the vTPM and add a new one.");
    }
    if (isForeign(vm)) {
      throw new VmException("vtpm_state_elsewhere", foreign(name, vm));
    }
    Path inside = VmHome.vtpm(home).resolve("tpm2");
    if (Files.isSymbolicLink(inside)) {
      // libvirt, as root, gives what it finds there to swtpm's user.
      throw new VmException(
          "vtpm_state_replaced",
          inside
              + " is a link, which somebody put there. VM \""
              + name
              + "\" was not started. Find out who, and restore the directory from a backup.");
    }
    try {
      link(vm, home);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the link " + link(vm), e);
    }
  }

  /** The sentence about state that is not ours. */
  String foreign(String name, UUID vm) {
    return "libvirt already has vTPM state for VM \""
        + name
        + "\" in "
        + link(vm)
        + ". It was left there and nothing was changed. If it is not needed, move it away first.";
  }

  private void link(UUID vm, Path home) throws IOException {
    Path link = link(vm);
    Path state = VmHome.vtpm(home).toAbsolutePath();
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

  /** Removes the link and the state; a directory in place of the link stays. */
  void remove(UUID vm, Path home) {
    removeLink(vm);
    DurableFiles.deleteTree(VmHome.vtpm(home));
  }

  /** Removes a state directory that was never used, and the link to it. */
  void removeUnused(UUID vm, Path home) {
    if (VmHome.isDirectory(VmHome.vtpm(home)) && isEmpty(VmHome.vtpm(home))) {
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
