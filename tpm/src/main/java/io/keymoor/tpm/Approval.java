package io.keymoor.tpm;

import java.util.Base64;

/**
 * An approver's word that registers may have these values.
 *
 * @param policy what {@link Tpm#measured} gave on a machine that booted so, 32 bytes
 * @param signature ECDSA over it with SHA-256, DER, as {@code openssl dgst -sha256 -sign} writes it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
public record Approval(byte[] policy, byte[] signature) {
  private static final int POLICY_BYTES = 32;
  private static final int MOST_SIGNATURE_BYTES = 128;

  public Approval {
    if (policy.length != POLICY_BYTES
        || signature.length == 0
        || signature.length > MOST_SIGNATURE_BYTES) {
      throw new IllegalArgumentException(
          "an approval is a measurement of 32 bytes and a P-256 signature");
    }
  }

  /** As a blob has it. */
  String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return base64.encodeToString(policy) + " " + base64.encodeToString(signature);
  }

  static Approval parse(String text) {
    String[] words = text.split(" ", -1);
    if (words.length != 2) {
      throw new IllegalArgumentException("an approval has two parts");
    }
    Base64.Decoder base64 = Base64.getDecoder();
    return new Approval(base64.decode(words[0]), base64.decode(words[1]));
  }
}
