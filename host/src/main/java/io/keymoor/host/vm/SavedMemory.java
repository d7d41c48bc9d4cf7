package io.keymoor.host.vm;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.MemorySnapshot;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Where libvirt wrote a VM's memory in clear, as far as it remembers (R10).
 *
 * @param saved whether it is to be resumed from a file at the next start
 * @param snapshots those whose files are there
 */
record SavedMemory(boolean saved, List<MemorySnapshot> snapshots) {
  SavedMemory {
    snapshots = List.copyOf(snapshots);
  }

  /** Asks libvirt, and looks whether the files are there; one that is no VM any more has none. */
  static SavedMemory of(Hypervisor hypervisor, Domain domain) {
    try {
      // One that runs has none: libvirt removes it when it resumes the VM.
      boolean saved = domain.power() == Domain.Power.OFF && hypervisor.hasSavedMemory(domain.id());
      return new SavedMemory(
          saved,
          hypervisor.memorySnapshots(domain.id()).stream()
              .filter(snapshot -> Files.exists(snapshot.file(), LinkOption.NOFOLLOW_LINKS))
              .toList());
    } catch (HypervisorException.NoSuchDomain gone) {
      return new SavedMemory(false, List.of());
    }
  }

  /** A sentence for each. */
  List<String> sentences(String vm) {
    List<String> sentences = new ArrayList<>();
    if (saved) {
      sentences.add(
          "Its memory was saved in clear on this host (virsh managedsave). Start the VM, which"
              + " removes the file, or throw its state away: virsh managedsave-remove "
              + vm);
    }
    for (MemorySnapshot snapshot : snapshots) {
      sentences.add(
          "The snapshot \""
              + snapshot.name()
              + "\" has its memory in clear in "
              + snapshot.file()
              + ". Once nobody wants to go back to it, shred that file (shred -u) and have libvirt forget"
              + " the snapshot: virsh snapshot-delete --metadata "
              + vm
              + " --snapshotname '"
              // Whoever names snapshots need not be who pastes this.
              + snapshot.name().replace("'", "'\\''")
              + "'");
    }
    return sentences;
  }
}
