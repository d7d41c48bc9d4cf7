package io.keymoor.host.vm;

import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.host.operation.Operation.DiskSwitch;
import io.keymoor.provider.record.PartKeys;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A disk that passed every check and is to be copied.
 *
 * @param target its target device
 * @param oldImage the image it has
 * @param sourceFormat how to read that
 * @param newImage the image it gets
 * @param newFormat that one's container
 * @param sizeBytes size of the disk as the guest sees it
 * @param neededBytes room the new image needs, about
 */
record DiskPlan(
    String target,
    Path oldImage,
    SourceFormat sourceFormat,
    Path newImage,
    ContainerFormat newFormat,
    long sizeBytes,
    long neededBytes) {
  String part() {
    return PartKeys.disk(target);
  }

  /** libvirt's name of the new format. */
  String driverType() {
    return newFormat.name().toLowerCase(Locale.ROOT);
  }

  DiskSwitch asSwitch() {
    return new DiskSwitch(target, oldImage.toString(), newImage.toString(), driverType());
  }
}
