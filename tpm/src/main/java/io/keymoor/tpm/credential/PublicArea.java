package io.keymoor.tpm.credential;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * The head of a TPM2B_PUBLIC (part 2, section 12.2.5) from outside; {@code rest} is what follows
 * the attributes.
 *
 * @param area the TPMT_PUBLIC, without its size
 * @param type TPM_ALG_ID of the key
 * @param attributes TPMA_OBJECT
 * @param rest the authorisation policy and what depends on the type
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PublicArea(byte[] area, int type, int attributes, ByteBuffer rest) {
  static final int RSA = 0x0001;
  static final int ECC = 0x0023;
  static final int SHA256 = 0x000b;

  static final int FIXED_TPM = 0x00000002;
  static final int FIXED_PARENT = 0x00000010;
  static final int SENSITIVE_DATA_ORIGIN = 0x00000020;
  static final int USER_WITH_AUTH = 0x00000040;
  static final int ADMIN_WITH_POLICY = 0x00000080;
  static final int NO_DA = 0x00000400;
  static final int RESTRICTED = 0x00010000;
  static final int DECRYPT = 0x00020000;
  static final int SIGN = 0x00040000;

  private static final int HEAD = 8;
  private static final int MOST_BYTES = 1024;

  /** Reads one that uses SHA-256 for its name, as all that are of use here do. */
  static PublicArea parse(byte[] sized, String what) {
    if (sized.length < 2 + HEAD || sized.length > MOST_BYTES) {
      throw new NotATpmKey("the " + what + " has " + sized.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(sized);
    if (Short.toUnsignedInt(in.getShort()) != in.remaining()) {
      throw new NotATpmKey("the " + what + " has another size than it says");
    }
    byte[] area = new byte[in.remaining()];
    in.duplicate().get(area);
    int type = Short.toUnsignedInt(in.getShort());
    int hash = Short.toUnsignedInt(in.getShort());
    if (hash != SHA256) {
      throw new NotATpmKey("the " + what + " does not use SHA-256");
    }
    return new PublicArea(area, type, in.getInt(), in);
  }

  /** The object's name (part 1, section 16): algorithm and digest of the public area. */
  byte[] name() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(area);
      return ByteBuffer.allocate(2 + digest.length).putShort((short) SHA256).put(digest).array();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }

  /** A TPM2B; bounded by what is there. */
  static byte[] sized(ByteBuffer in, String what) {
    if (in.remaining() < 2) {
      throw new NotATpmKey("the " + what + " is cut short");
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw new NotATpmKey("the " + what + " is cut short");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
