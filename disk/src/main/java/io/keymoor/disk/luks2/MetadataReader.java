package io.keymoor.disk.luks2;

import io.keymoor.crypto.Argon2id;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.LuksSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Checks the JSON of a LUKS2 header against the file and the limits below. */
final class MetadataReader {
  /** All keyslots together may cost this many iterations, well above what real tools write. */
  private static final long MOST_ITERATIONS = 40_000_000;

  /** What cryptsetup uses at most unless told otherwise: 1 GiB. */
  private static final long MOST_MEMORY_KIB = 1 << 20;

  /** Passes times memory over all keyslots; minutes, not hours. */
  private static final long MOST_MEMORY_PASSES_KIB = 64L << 20;

  static final int MOST_KEYSLOTS = 32;
  private static final String CIPHER = "aes-xts-plain64";

  private final ImageBytes area;
  private final BinaryHeader header;
  private final Fields root;
  private long iterations;
  private long memoryPasses;

  private MetadataReader(ImageBytes area, BinaryHeader header, Json.Members root) {
    this.area = area;
    this.header = header;
    this.root = new Fields(area.name(), "its metadata", root);
  }

  static Metadata read(ImageBytes area, BinaryHeader header, Json.Members root) {
    return new MetadataReader(area, header, root).metadata();
  }

  private Metadata metadata() {
    requireNothingMandatory();
    LuksSource.Payload payload = payload();
    Metadata.VolumeDigest digest = digest();
    long keyslotsEnd = keyslotsEnd(payload);
    return new Metadata(
        payload,
        digest,
        keyslots(payload),
        areas(keyslotsEnd),
        keyslotsEnd,
        2L * header.sizeBytes());
  }

  /** Cryptsetup lists here what only newer versions understand, as unfinished re-encryption. */
  private void requireNothingMandatory() {
    Fields config = root.object("config");
    if (config.has("requirements")) {
      List<String> mandatory = config.object("requirements").texts("mandatory");
      if (!mandatory.isEmpty()) {
        throw unsupported("it requires " + Fields.printable(mandatory.getFirst()));
      }
    }
  }

  private LuksSource.Payload payload() {
    Map<String, Json> segments = root.object("segments").members();
    if (segments.size() != 1 || !segments.containsKey("0")) {
      throw unsupported("it has " + segments.size() + " segments instead of one");
    }
    Fields segment = root.object("segments").object("0");
    requireText(segment, "type", "crypt");
    requireText(segment, "encryption", CIPHER);
    if (segment.has("integrity")) {
      throw unsupported("it has integrity tags");
    }
    long sector = segment.number("sector_size");
    if (sector != 512 && sector != 1024 && sector != 2048 && sector != 4096) {
      throw damaged("its sectors have " + sector + " bytes");
    }
    long offset = segment.decimal("offset");
    if (offset == 0) {
      throw unsupported("its LUKS header is detached from its data");
    }
    if (offset % sector != 0 || offset < 2L * header.sizeBytes() || offset > area.length()) {
      throw damaged("its payload starts at byte " + offset + ", out of bounds");
    }
    long bytes =
        segment.text("size").equals("dynamic") ? area.length() - offset : segment.decimal("size");
    if (bytes % sector != 0 || bytes > area.length() - offset) {
      throw damaged("its payload of " + bytes + " bytes ends within a sector or after the file");
    }
    return new LuksSource.Payload(offset, bytes, (int) sector, segment.decimal("iv_tweak"));
  }

  private Metadata.VolumeDigest digest() {
    Fields digests = root.object("digests");
    for (String id : digests.members().keySet()) {
      Fields digest = digests.object(id);
      if (digest.texts("segments").contains("0")) {
        requireText(digest, "type", "pbkdf2");
        byte[] value = digest.base64("digest");
        if (value.length < 16 || value.length > 64) {
          throw damaged("its digest has " + value.length + " bytes");
        }
        return new Metadata.VolumeDigest(
            id, hash(digest), iterations(digest), digest.base64("salt"), value);
      }
    }
    throw damaged("no digest recognises its volume key");
  }

  private List<Metadata.Keyslot> keyslots(LuksSource.Payload payload) {
    Fields slots = root.object("keyslots");
    if (slots.members().size() > MOST_KEYSLOTS) {
      throw damaged("it has " + slots.members().size() + " keyslots");
    }
    List<String> bound = slotsOfTheDigest();
    List<Metadata.Keyslot> readable = new ArrayList<>();
    for (String id : slots.members().keySet()) {
      Fields slot = slots.object(id);
      if (!slot.text("type").equals("luks2")) {
        throw unsupported("keyslot " + Fields.printable(id) + " is of another type");
      }
      if (bound.contains(id) && priority(slot) > 0) {
        readable.add(keyslot(id, slot, payload));
      }
    }
    readable.sort(Comparator.comparingLong(slot -> -priority(slots.object(slot.id()))));
    return readable;
  }

  private List<Metadata.Area> areas(long keyslotsEnd) {
    List<Metadata.Area> areas = new ArrayList<>();
    Fields slots = root.object("keyslots");
    for (String id : slots.members().keySet()) {
      Fields area = slots.object(id).object("area");
      long offset = area.decimal("offset");
      long bytes = area.decimal("size");
      if (offset < 2L * header.sizeBytes() || bytes > keyslotsEnd || offset > keyslotsEnd - bytes) {
        throw damaged("the area of keyslot " + Fields.printable(id) + " is out of bounds");
      }
      areas.add(new Metadata.Area(offset, bytes));
    }
    return areas;
  }

  private List<String> slotsOfTheDigest() {
    Fields digests = root.object("digests");
    return digests.members().keySet().stream()
        .map(digests::object)
        .filter(digest -> digest.texts("segments").contains("0"))
        .flatMap(digest -> digest.texts("keyslots").stream())
        .toList();
  }

  /** 0 is not to be tried unasked, 1 is usual, 2 is first. */
  private static long priority(Fields slot) {
    return slot.has("priority") ? slot.number("priority") : 1;
  }

  private Metadata.Keyslot keyslot(String id, Fields slot, LuksSource.Payload payload) {
    requireNumber(slot, "key_size", KeyMaterial.KEY_BYTES);
    Fields split = slot.object("af");
    requireText(split, "type", "luks1");
    requireNumber(split, "stripes", KeyMaterial.STRIPES);
    Fields material = slot.object("area");
    requireText(material, "type", "raw");
    requireText(material, "encryption", CIPHER);
    requireNumber(material, "key_size", KeyMaterial.KEY_BYTES);
    long offset = material.decimal("offset");
    long bytes = material.decimal("size");
    if (offset < 2L * header.sizeBytes()
        || bytes < KeyMaterial.BYTES
        || offset > payload.offset() - bytes) {
      throw damaged("the area of keyslot " + Fields.printable(id) + " is out of bounds");
    }
    return new Metadata.Keyslot(id, kdf(slot.object("kdf")), hash(split), offset, bytes);
  }

  private Metadata.Kdf kdf(Fields kdf) {
    byte[] salt = kdf.base64("salt");
    return switch (kdf.text("type")) {
      case "pbkdf2" -> new Metadata.Kdf.Pbkdf2(hash(kdf), iterations(kdf), salt);
      case "argon2id" -> new Metadata.Kdf.Argon2(argon2(kdf), salt);
      default -> throw unsupported("a keyslot uses " + Fields.printable(kdf.text("type")));
    };
  }

  private Argon2id.Cost argon2(Fields kdf) {
    long passes = kdf.number("time");
    long memory = kdf.number("memory");
    long lanes = kdf.number("cpus");
    if (passes < 1 || lanes < 1 || lanes > 64 || memory < 8 * lanes || salted(kdf) < 8) {
      throw damaged("the Argon2id cost of a keyslot is none");
    }
    if (memory > MOST_MEMORY_KIB || passes > MOST_MEMORY_PASSES_KIB) {
      throw tooCostly(memory + " KiB of memory and " + passes + " passes");
    }
    memoryPasses += passes * memory;
    if (memoryPasses > MOST_MEMORY_PASSES_KIB) {
      throw tooCostly(memoryPasses + " KiB of memory to be passed over");
    }
    return new Argon2id.Cost((int) passes, (int) memory, (int) lanes);
  }

  private static int salted(Fields kdf) {
    return kdf.base64("salt").length;
  }

  private int iterations(Fields fields) {
    long count = fields.number("iterations");
    if (count < 1) {
      throw damaged("an iteration count is " + count);
    }
    iterations += Math.min(count, MOST_ITERATIONS + 1);
    if (iterations > MOST_ITERATIONS) {
      throw tooCostly(count + " PBKDF2 iterations");
    }
    return (int) count;
  }

  private UnsupportedImage tooCostly(String what) {
    return unsupported("opening it would take " + what + ", more than is sane");
  }

  private long keyslotsEnd(LuksSource.Payload payload) {
    long size = root.object("config").decimal("keyslots_size");
    if (size > payload.offset() - 2L * header.sizeBytes()) {
      throw damaged("its keyslots reach into its payload");
    }
    return 2L * header.sizeBytes() + size;
  }

  private HashSpec hash(Fields fields) {
    String name = fields.text("hash");
    return HashSpec.named(name)
        .orElseThrow(() -> unsupported("it uses hash " + Fields.printable(name)));
  }

  private void requireText(Fields fields, String name, String expected) {
    String text = fields.text(name);
    if (!text.equals(expected)) {
      throw unsupported(
          "its " + name + " is " + Fields.printable(text) + " instead of " + expected);
    }
  }

  private void requireNumber(Fields fields, String name, long expected) {
    long number = fields.number(name);
    if (number != expected) {
      throw unsupported("its " + name + " is " + number + " instead of " + expected);
    }
  }

  private DamagedImage damaged(String damage) {
    return new DamagedImage(area.name(), damage);
  }

  private UnsupportedImage unsupported(String feature) {
    return new UnsupportedImage(area.name(), feature);
  }
}
