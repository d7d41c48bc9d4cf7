package io.keymoor.host.vm;

import io.keymoor.disk.ImageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Old images under QEMU's locks, from before they are copied until after the commit: what a VM
 * started in between wrote would be lost with the old image. Where the file system has no locks,
 * the files' sizes and times tell.
 */
final class HeldImages implements AutoCloseable {
  private final List<ImageFile> held = new ArrayList<>();
  private final Map<Path, Fingerprint> before = new HashMap<>();

  private record Fingerprint(long size, FileTime modified, String file) {
    static Fingerprint of(Path image) {
      try {
        BasicFileAttributes now = Files.readAttributes(image, BasicFileAttributes.class);
        return new Fingerprint(now.size(), now.lastModifiedTime(), String.valueOf(now.fileKey()));
      } catch (IOException e) {
        throw new UncheckedIOException("could not look at " + image, e);
      }
    }
  }

  /** Locks the images of all plans, or none. */
  HeldImages(List<DiskPlan> plans) {
    try {
      for (DiskPlan plan : plans) {
        held.add(ImageFile.openToRead(plan.oldImage()));
        before.put(plan.oldImage(), Fingerprint.of(plan.oldImage()));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Throws when somebody wrote to one of the images meanwhile. */
  void requireUntouched(String vm) {
    before.forEach((image, fingerprint) -> {
      if (!Fingerprint.of(image).equals(fingerprint)) {
        throw VmException.changedMeanwhile(vm, image + " was written to");
      }
    });
  }

  @Override
  public void close() {
    held.forEach(ImageFile::close);
    held.clear();
  }
}
