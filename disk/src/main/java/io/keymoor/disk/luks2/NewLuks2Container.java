package io.keymoor.disk.luks2;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.json.Json;
import io.keymoor.disk.luks.KeyMaterial;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** A LUKS2 container with one keyslot that is being made, laid out as cryptsetup does. */
public final class NewLuks2Container implements NewContainer {
  private static final int HEADER_BYTES = BinaryHeader.SMALLEST;
  static final int PAYLOAD_OFFSET = 16 * 1024 * 1024;
  private static final int MEBIBYTE = 1024 * 1024;
  private static final int SALT_BYTES = 32;
  private static final int DIGEST_BYTES = 32;

  private final byte[] header;
  private final byte[] material;
  private final int sectorBytes;
  private final long payloadOffset;
  private final SecretBytes volumeKey;

  private NewLuks2Container(
      byte[] header, byte[] material, int sectorBytes, long payloadOffset, SecretBytes volumeKey) {
    this.header = header;
    this.payloadOffset = payloadOffset;
    this.material = material;
    this.sectorBytes = sectorBytes;
    this.volumeKey = volumeKey;
  }

  static NewLuks2Container create(
      DiskKey key, int sectorBytes, long payloadOffset, SecureRandom random, Machine machine) {
    if (payloadOffset < MEBIBYTE || payloadOffset % MEBIBYTE != 0) {
      throw new IllegalArgumentException("no payload starts at byte " + payloadOffset);
    }
    if (sectorBytes != 512 && sectorBytes != 4096) {
      throw new IllegalArgumentException("sectors of " + sectorBytes + " bytes are not written");
    }
    SecretBytes volumeKey = SecretBytes.random(KeyMaterial.KEY_BYTES, random);
    NewKeyslot slot = NewKeyslot.create(key, volumeKey, 2L * HEADER_BYTES, random, machine);
    byte[] digestSalt = randomBytes(random);
    byte[] digest =
        NewKeyslot.derive(
            volumeKey, digestSalt, NewKeyslot.FEWEST_ITERATIONS, DIGEST_BYTES, machine);
    Json.Members root =
        Json.object(
            "keyslots", Json.object("0", slot.json()),
            "tokens", slot.ours() ? Json.object("0", NewKeyslot.token(0)) : Json.object(),
            "segments", Json.object("0", segment(sectorBytes, payloadOffset)),
            "digests", Json.object("0", digest(digestSalt, digest)),
            "config", config(payloadOffset));
    BinaryHeader binary = new BinaryHeader(HEADER_BYTES, 1, "", uuid(random), "", root.write());
    return new NewLuks2Container(
        binary.encodeBoth(random), slot.material(), sectorBytes, payloadOffset, volumeKey);
  }

  private static Json.Members segment(int sectorBytes, long payloadOffset) {
    return Json.object(
        "type", new Json.Text("crypt"),
        "offset", decimal(payloadOffset),
        "size", new Json.Text("dynamic"),
        "iv_tweak", decimal(0),
        "encryption", new Json.Text("aes-xts-plain64"),
        "sector_size", new Json.Whole(sectorBytes));
  }

  private static Json.Members digest(byte[] salt, byte[] digest) {
    return Json.object(
        "type", new Json.Text("pbkdf2"),
        "keyslots", Json.texts(List.of("0")),
        "segments", Json.texts(List.of("0")),
        "hash", new Json.Text("sha256"),
        "iterations", new Json.Whole(NewKeyslot.FEWEST_ITERATIONS),
        "salt", base64(salt),
        "digest", base64(digest));
  }

  private static Json.Members config(long payloadOffset) {
    return Json.object(
        "json_size", decimal(HEADER_BYTES - BinaryHeader.BYTES),
        "keyslots_size", decimal(payloadOffset - 2L * HEADER_BYTES));
  }

  private static Json.Text decimal(long number) {
    return new Json.Text(Long.toString(number));
  }

  private static Json.Text base64(byte[] bytes) {
    return new Json.Text(Base64.getEncoder().encodeToString(bytes));
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
    return payloadOffset;
  }

  @Override
  public int sectorBytes() {
    return sectorBytes;
  }

  @Override
  public SecretBytes volumeKey() {
    return volumeKey;
  }

  /** Both headers and the key material as they will lie on disk, without the rest of the area. */
  public byte[] encodeArea() {
    byte[] area = Arrays.copyOf(header, header.length + NewKeyslot.AREA_BYTES);
    System.arraycopy(material, 0, area, 2 * HEADER_BYTES, material.length);
    return area;
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
