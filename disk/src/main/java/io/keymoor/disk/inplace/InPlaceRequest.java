package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.SourceFormat;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image, raw or qcow2, to encrypt, decrypt or re-encrypt where it lies; one of the keys at least
 * is one.
 *
 * @param format what the caller knows of the image
 * @param present what opens it now, {@link DiskKey#NONE} for a disk in clear
 * @param wanted what shall open it afterwards, {@link DiskKey#NONE} for a disk in clear
 * @param luks the container to make; unless it is said, the kind that is there, LUKS1 for a disk in
 *     clear. Not asked of a conversion that is resumed.
 */
public record InPlaceRequest(
    Path path, SourceFormat format, DiskKey present, DiskKey wanted, Optional<LuksVersion> luks) {
  public InPlaceRequest {
    if (present instanceof DiskKey.None && wanted instanceof DiskKey.None) {
      throw new IllegalArgumentException("a disk in clear that shall stay in clear needs no work");
    }
  }

  /** A disk whose container keeps its kind. */
  public InPlaceRequest(Path path, SourceFormat format, DiskKey present, DiskKey wanted) {
    this(path, format, present, wanted, Optional.empty());
  }

  /** A disk whose format shows. */
  public InPlaceRequest(Path path, DiskKey present, DiskKey wanted) {
    this(path, SourceFormat.DETECT, present, wanted);
  }
}
