package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.disk.luks.Pbkdf2;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A LUKS2 container with one keyslot that is being made, laid out as cryptsetup does. */
public final class NewLuks2Container implements NewContainer {
  private static final int HEADER_BYTES = BinaryHeader.SMALLEST;
  private static final int KEYSLOT_AREA = 258_048;
  private static final int PAYLOAD_OFFSET = 16 * 1024 * 1024;
  private static final int SALT_BYTES = 32;
  private static final int DIGEST_BYTES = 32;

  /** The least cryptsetup accepts; enough where guessing is hopeless anyway. */
  private static final int FEWEST_ITERATIONS = 1000;

  /** About a second of work on one core of a current server. */
  private static final int PASSPHRASE_ITERATIONS = 1_000_000;

  /**
   * Says that the secret behind keyslot 0 is a random one that Keymoor keeps; {@code cryptsetup
   * luksDump} lists it. Cryptsetup asks for {@code type} and {@code keyslots}.
   */
  private static final Json.Members TOKEN =
      object(
          "type", new Json.Text("keymoor"),
          "keyslots", Json.texts(List.of("0")),
          "version", new Json.Whole(1));

  private final byte[] header;
  private final byte[] material;
  private final int sectorBytes;
  private final SecretBytes volumeKey;

  private NewLuks2Container(
      byte[] header, byte[] material, int sectorBytes, SecretBytes volumeKey) {
    this.header = header;
    this.material = material;
    this.sectorBytes = sectorBytes;
    this.volumeKey = volumeKey;
  }

  static NewLuks2Container create(DiskKey key, int sectorBytes, SecureRandom random) {
    if (sectorBytes != 512 && sectorBytes != 4096) {
      throw new IllegalArgumentException("sectors of " + sectorBytes + " bytes are not written");
    }
    return switch (key) {
      case DiskKey.None none ->
          throw new IllegalArgumentException("a LUKS container needs a key, not " + none);
      case DiskKey.RandomSecret secret ->
          create(secret.secret(), FEWEST_ITERATIONS, true, sectorBytes, random);
      case DiskKey.Passphrase passphrase ->
          create(passphrase.words(), PASSPHRASE_ITERATIONS, false, sectorBytes, random);
    };
  }

  private static NewLuks2Container create(
      SecretBytes passphrase, int iterations, boolean ours, int sectorBytes, SecureRandom random) {
    SecretBytes volumeKey = SecretBytes.random(KeyMaterial.KEY_BYTES, random);
    byte[] slotSalt = randomBytes(random);
    byte[] digestSalt = randomBytes(random);
    byte[] material;
    try (SecretBytes slotKey =
        SecretBytes.takeOver(derive(passphrase, slotSalt, iterations, KeyMaterial.KEY_BYTES))) {
      material = KeyMaterial.seal(HashSpec.SHA256, volumeKey, slotKey, random);
    }
    byte[] digest = derive(volumeKey, digestSalt, FEWEST_ITERATIONS, DIGEST_BYTES);
    Json.Members root =
        object(
            "keyslots", object("0", keyslot(slotSalt, iterations)),
            "tokens", ours ? object("0", TOKEN) : object(),
            "segments", object("0", segment(sectorBytes)),
            "digests", object("0", digest(digestSalt, digest)),
            "config", config());
    BinaryHeader binary = new BinaryHeader(HEADER_BYTES, 1, "", uuid(random), "", root.write());
    return new NewLuks2Container(binary.encodeBoth(random), material, sectorBytes, volumeKey);
  }

  private static byte[] derive(SecretBytes from, byte[] salt, int iterations, int length) {
    return ClearBytes.<byte[], RuntimeException>read(
        from, clear -> Pbkdf2.derive(HashSpec.SHA256, clear, salt, iterations, length));
  }

  private static Json.Members keyslot(byte[] salt, int iterations) {
    return object(
        "type", new Json.Text("luks2"),
        "key_size", new Json.Whole(KeyMaterial.KEY_BYTES),
        "af",
            object(
                "type", new Json.Text("luks1"),
                "stripes", new Json.Whole(KeyMaterial.STRIPES),
                "hash", new Json.Text("sha256")),
        "area",
            object(
                "type", new Json.Text("raw"),
                "offset", decimal(2L * HEADER_BYTES),
                "size", decimal(KEYSLOT_AREA),
                "encryption", new Json.Text("aes-xts-plain64"),
                "key_size", new Json.Whole(KeyMaterial.KEY_BYTES)),
        "kdf",
            object(
                "type", new Json.Text("pbkdf2"),
                "hash", new Json.Text("sha256"),
                "iterations", new Json.Whole(iterations),
                "salt", base64(salt)));
  }

  private static Json.Members segment(int sectorBytes) {
    return object(
        "type", new Json.Text("crypt"),
        "offset", decimal(PAYLOAD_OFFSET),
        "size", new Json.Text("dynamic"),
        "iv_tweak", decimal(0),
        "encryption", new Json.Text("aes-xts-plain64"),
        "sector_size", new Json.Whole(sectorBytes));
  }

  private static Json.Members digest(byte[] salt, byte[] digest) {
    return object(
        "type", new Json.Text("pbkdf2"),
        "keyslots", Json.texts(List.of("0")),
        "segments", Json.texts(List.of("0")),
        "hash", new Json.Text("sha256"),
        "iterations", new Json.Whole(FEWEST_ITERATIONS),
        "salt", base64(salt),
        "digest", base64(digest));
  }

  private static Json.Members config() {
    return object(
        "json_size", decimal(HEADER_BYTES - BinaryHeader.BYTES),
        "keyslots_size", decimal(PAYLOAD_OFFSET - 2L * HEADER_BYTES));
  }

  private static Json.Text decimal(long number) {
    return new Json.Text(Long.toString(number));
  }

  private static Json.Text base64(byte[] bytes) {
    return new Json.Text(Base64.getEncoder().encodeToString(bytes));
  }

  /** Names and values in turn. */
  private static Json.Members object(Object... namesAndValues) {
    Map<String, Json> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], (Json) namesAndValues[i + 1]);
    }
    return new Json.Members(members);
  }

  private static byte[] randomBytes(SecureRandom random) {
    byte[] bytes = new byte[SALT_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A version 4 UUID from {@code random}, so that tests can steer it. */
  private static String uuid(SecureRandom random) {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (2L << 62);
    return new UUID(high, low).toString();
  }

  @Override
  public long areaBytes() {
    return PAYLOAD_OFFSET;
  }

  @Override
  public int sectorBytes() {
    return sectorBytes;
  }

  @Override
  public SecretBytes volumeKey() {
    return volumeKey;
  }

  @Override
  public void writeKeyMaterial(ImageStorage file, long areaOffset) {
    file.write(areaOffset + 2L * HEADER_BYTES, material, 0, material.length);
  }

  @Override
  public void writeHeader(ImageStorage file, long areaOffset) {
    file.write(areaOffset, header, 0, header.length);
  }

  @Override
  public void close() {
    volumeKey.close();
  }
}
