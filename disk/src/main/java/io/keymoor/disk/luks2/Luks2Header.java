package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.json.JsonReader;
import io.keymoor.disk.luks.LuksSource;
import java.util.Optional;

/**
 * A checked LUKS2 header: the newer of its two sound copies, or the only sound one.
 *
 * <p>The second copy is looked for only where the first bytes claim LUKS2: a raw disk may hold
 * anything at 16 KiB. Immutable.
 */
public final class Luks2Header {
  private final BinaryHeader binary;
  private final Json.Members root;
  private final Metadata metadata;
  private final boolean secondCopy;

  private Luks2Header(
      BinaryHeader binary, Json.Members root, Metadata metadata, boolean secondCopy) {
    this.secondCopy = secondCopy;
    this.binary = binary;
    this.root = root;
    this.metadata = metadata;
  }

  /** Reads the header at the start of {@code area}, which reaches to the end of the payload. */
  public static Luks2Header read(ImageBytes area) {
    Copy newest =
        newest(area)
            .orElseThrow(
                () -> new DamagedImage(area.name(), "neither copy of its LUKS2 header is sound"));
    BinaryHeader binary = newest.binary();
    try {
      if (JsonReader.read(binary.json()) instanceof Json.Members root) {
        return new Luks2Header(
            binary, root, MetadataReader.read(area, binary, root), newest.second());
      }
      throw new DamagedImage(area.name(), "its LUKS2 metadata is no object");
    } catch (JsonReader.NotJson e) {
      throw new DamagedImage(area.name(), "its LUKS2 metadata is no JSON: " + e.getMessage());
    }
  }

  private record Copy(BinaryHeader binary, boolean second) {}

  private static Optional<Copy> newest(ImageBytes area) {
    Optional<BinaryHeader> first = BinaryHeader.at(area, 0);
    Optional<BinaryHeader> second = first.flatMap(one -> BinaryHeader.at(area, one.sizeBytes()));
    for (int size = BinaryHeader.SMALLEST;
        first.isEmpty() && second.isEmpty() && size <= BinaryHeader.LARGEST;
        size *= 2) {
      second = BinaryHeader.at(area, size);
    }
    boolean secondIsNewer =
        second.isPresent() && (first.isEmpty() || second.get().sequence() > first.get().sequence());
    return (secondIsNewer ? second : first).map(binary -> new Copy(binary, secondIsNewer));
  }

  /** Whether this was the second copy, because the first is older or damaged. */
  boolean isSecondCopy() {
    return secondCopy;
  }

  /** The length of one copy of the header, with its metadata. */
  public int copyBytes() {
    return binary.sizeBytes();
  }

  BinaryHeader binary() {
    return binary;
  }

  Json.Members root() {
    return root;
  }

  Metadata metadata() {
    return metadata;
  }

  /** The container's UUID as its header says it. */
  public String uuid() {
    return binary.uuid();
  }

  /** Where the encrypted sectors lie. */
  public LuksSource.Payload payload() {
    return metadata.payload();
  }

  /** The first byte after header and keyslots in use. */
  public long areasEnd() {
    return metadata.areasEnd();
  }

  /** The first byte after the area for keyslots. */
  public long keyslotsEnd() {
    return metadata.keyslotsEnd();
  }

  /** The number of keyslots that open the payload. */
  public int keyslots() {
    return metadata.keyslots().size();
  }
}
