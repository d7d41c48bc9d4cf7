package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.UUID;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Every key derivation of the project: HKDF-SHA-256 (RFC 5869) with a versioned label each.
 *
 * <p>Guarantee: equal inputs give equal keys on every host, for ever; a change of any input, also
 * of a neighbouring field, gives an unrelated key. Labels and fields are separated by a zero byte
 * and fields never contain one, so no two different inputs are encoded alike. Returned secrets are
 * owned by the caller. Thread-safe.
 */
public final class KeyDerivation {
  /** Length of every derived key, in bytes. */
  public static final int KEY_BYTES = 32;

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private KeyDerivation() {}

  /** Plain HKDF-SHA-256; {@code length} up to 255 * 32 bytes. */
  public static SecretBytes hkdfSha256(SecretBytes ikm, byte[] salt, byte[] info, int length) {
    return ClearBytes.read(ikm, clear -> hkdf(clear, salt, info, length));
  }

  /** The KEK that a native provider's KDK gives under a key id (K3). */
  public static SecretBytes kekFromKdk(SecretBytes kdk, UUID provider, String keyId) {
    return derive(kdk, provider, "keymoor/kek/v1", keyId);
  }

  /**
   * The key that wraps the DEK of one part of one object in one generation (R3): a wrapped DEK that
   * is copied to another object, another part or an older state opens nothing there.
   */
  public static SecretBytes dekWrappingKey(
      SecretBytes kek, UUID object, String part, long generation) {
    return derive(kek, object, "keymoor/dek/v1", part, Long.toString(generation));
  }

  /** The key of the MAC over an object's key record (R3). */
  public static SecretBytes recordMacKey(SecretBytes kek, UUID object) {
    return derive(kek, object, "keymoor/record-mac/v1");
  }

  /** What seals the files in a VM's home directory, from the home's DEK. */
  public static SecretBytes homeSealingKey(SecretBytes homeDek, UUID object) {
    return derive(homeDek, object, "keymoor/home/v1");
  }

  /** What the certificates of one migration come from: 48 bytes, as its key pair needs. */
  static SecretBytes migrationSeed(SecretBytes dek, UUID object, String nonce) {
    return hkdfSha256(dek, bytes(object), info("keymoor/migration/v1", nonce), 48);
  }

  /** The passphrase of a VM's vTPM state, from the home's DEK: 64 hexadecimal digits in ASCII. */
  public static SecretBytes vtpmPassphrase(SecretBytes homeDek, UUID object) {
    try (SecretBytes key = derive(homeDek, object, "keymoor/vtpm/v1")) {
      return hexadecimal(key);
    }
  }

  /**
   * The passphrase of a disk's LUKS container: its DEK as hexadecimal digits in ASCII, because QEMU
   * and libvirt accept UTF-8 only.
   */
  public static SecretBytes luksPassphrase(SecretBytes diskDek) {
    return hexadecimal(diskDek);
  }

  private static SecretBytes derive(SecretBytes ikm, UUID salt, String label, String... fields) {
    return hkdfSha256(ikm, bytes(salt), info(label, fields), KEY_BYTES);
  }

  private static byte[] info(String label, String... fields) {
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes(label.getBytes(US_ASCII));
    for (String field : fields) {
      if (field.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a derivation field contains a zero character");
      }
      info.write(0);
      info.writeBytes(field.getBytes(UTF_8));
    }
    return info.toByteArray();
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static SecretBytes hkdf(byte[] ikm, byte[] salt, byte[] info, int length) {
    try {
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      return SecretBytes.takeOver(
          hkdf.deriveData(
              HKDFParameterSpec.ofExtract().addIKM(ikm).addSalt(salt).thenExpand(info, length)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks HKDF-SHA256", impossible);
    }
  }

  private static SecretBytes hexadecimal(SecretBytes secret) {
    return ClearBytes.read(
        secret,
        clear -> {
          byte[] digits = new byte[clear.length * 2];
          for (int i = 0; i < clear.length; i++) {
            digits[2 * i] = (byte) HEX[(clear[i] >> 4) & 0xf];
            digits[2 * i + 1] = (byte) HEX[clear[i] & 0xf];
          }
          return SecretBytes.takeOver(digits);
        });
  }
}
