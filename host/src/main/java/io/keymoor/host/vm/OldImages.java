package io.keymoor.host.vm;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.ShredResult;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.operation.Operation;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.host.operation.Step;
import io.keymoor.host.operation.Steps;
import io.keymoor.hypervisor.Domain;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Destroys images that an operation left behind. The last line of defence for data: an image that
 * any registered definition names stays, and an old image stays until the new one was opened with
 * the key that the committed record gives.
 */
final class OldImages {
  private final VmTools tools;

  OldImages(VmTools tools) {
    this.tools = tools;
  }

  /** Removes the new image of an operation that is rolled back; one in clear is overwritten. */
  void removeNew(DiskSwitch disk, boolean inClear, List<Domain> domains) {
    requireUnused(disk.newPath(), domains);
    if (exists(disk.newPath())) {
      // A definition may have been put back under a VM that runs on the new image.
      ImageFile.openToChangeUnlinked(disk.newPath()).close();
    }
    if (inClear && exists(disk.newPath())) {
      overwrite(disk.newPath(), ProgressListener.SILENT);
    }
    DurableFiles.delete(disk.newPath());
    DurableFiles.deleteReplaced(ImageNames.sidecar(disk.newPath()));
  }

  /**
   * Destroys the old image of a committed operation.
   *
   * @return where old contents may survive
   */
  List<String> destroy(Operation operation, DiskSwitch disk, CommandControl control, Steps steps) {
    if (!exists(disk.oldPath())) {
      DurableFiles.deleteReplaced(ImageNames.sidecar(disk.oldPath()));
      return List.of();
    }
    requireUnused(disk.oldPath(), tools.hypervisor().domains());
    if (!exists(disk.newPath())) {
      throw new VmException(
          "disk_missing", "the new image " + disk.newImage() + " is gone, the old one was kept");
    }
    if (!operation.kind().newInClear()) {
      requireNewOpens(operation, disk);
    }
    return operation.kind().oldInClear()
        ? overwrite(disk, control, steps).remains()
        : destroyEncrypted(disk, steps);
  }

  private void requireNewOpens(Operation operation, DiskSwitch disk) {
    KeyRecord record =
        RecordCopies.inMetadata(tools.domain(operation.vm()).definition())
            .orElseThrow(() ->
                new VmException(
                    "key_record_damaged",
                    "the domain's metadata has no key record, the old image was kept"));
    String part = PartKeys.disk(disk.target());
    KeyEntry entry = record.current(part).orElseThrow();
    try (SecretBytes dek = RecordKeys.unwrap(record.objectId(), part, entry, tools.keys());
        SecretBytes passphrase = KeyDerivation.luksPassphrase(dek)) {
      tools.engine().verifyOpens(disk.newPath(), passphrase);
    }
  }

  private ShredResult overwrite(DiskSwitch disk, CommandControl control, Steps steps) {
    return overwrite(
        disk.oldPath(),
        (done, total) -> {
          steps.reached(Step.OLD_SHREDDING);
          control.progress(
              "overwriting the old image of disk " + disk.target(), done, total, "bytes");
        });
  }

  private ShredResult overwrite(Path image, ProgressListener listener) {
    return tools
        .lastAtTheDisk()
        .run(() -> tools.shredder().overwriteAndRemove(image, listener, new CancelToken()));
  }

  private List<String> destroyEncrypted(DiskSwitch disk, Steps steps) {
    try {
      tools.shredder().destroyHeader(disk.oldPath());
    } catch (DiskException.NotEncrypted | DiskException.NotADisk alreadyDestroyed) {
      // Cut short after this step the first time: what is left of it is to be removed.
    }
    steps.reached(Step.OLD_SHREDDING);
    DurableFiles.delete(disk.oldPath());
    DurableFiles.deleteReplaced(ImageNames.sidecar(disk.oldPath()));
    return List.of();
  }

  private static void requireUnused(Path image, List<Domain> domains) {
    for (Domain domain : domains) {
      if (ImageUse.needs(domain.definition(), image)) {
        throw new VmException(
            "disk_in_use", image + " is needed by VM \"" + domain.name() + "\" and was kept");
      }
    }
    if (Files.isSymbolicLink(image)) {
      // No operation begins with a link: somebody put it there, to have its target destroyed.
      throw new VmException(
          "disk_replaced", image + " was replaced by a link; the link and its target were kept");
    }
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
