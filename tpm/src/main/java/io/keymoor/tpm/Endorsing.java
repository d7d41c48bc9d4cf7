package io.keymoor.tpm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The steps with which a TPM shows what it is. The endorsement key is made anew by its template
 * each time, which gives the same key; of several the one with a certificate is taken, RSA first.
 */
final class Endorsing {
  /** EK Credential Profile, section 2.2.1.4. */
  private static final String RSA_CERTIFICATE = "0x1c00002";

  private static final String ECC_CERTIFICATE = "0x1c0000a";

  /** Of tpm2_activatecredential's input, before the two structures. */
  private static final byte[] FILE_HEAD = HexFormat.of().parseHex("badcc0de00000001");

  private static final int MOST_CERTIFICATE = 16 * 1024;
  private static final int SEQUENCE = 0x30;
  private static final int LONG_LENGTH = 0x82;

  private final Operation operation;

  Endorsing(Operation operation) {
    this.operation = operation;
  }

  Endorsement show() {
    Optional<String> certificate = certificateIndex();
    // An elliptic key takes a TPM a moment, an RSA key up to half a minute.
    String algorithm = certificate.filter(RSA_CERTIFICATE::equals).isPresent() ? "rsa" : "ecc";
    String key = operation.path("ek.ctx");
    String attestation = operation.path("ak.ctx");
    operation.step("tpm2_createek -Q", "-G", algorithm, "-c", key, "-u", operation.path("ek.pub"));
    operation.step(
        "tpm2_createak -Q -G ecc -g sha256 -s ecdsa",
        "-C",
        key,
        "-c",
        attestation,
        "-u",
        operation.path("ak.pub"));
    return new Endorsement(
        operation.read("ek.pub"),
        certificate.map(this::certificate),
        operation.read("ak.pub"),
        operation.read("ek.ctx"),
        operation.read("ak.ctx"));
  }

  private Optional<String> certificateIndex() {
    String indices =
        operation.tool("tpm2_getcap", "handles-nv-index").text().toLowerCase(Locale.ROOT);
    for (String index : new String[] {RSA_CERTIFICATE, ECC_CERTIFICATE}) {
      if (indices.lines().anyMatch(line -> line.strip().endsWith(index))) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }

  private byte[] certificate(String index) {
    operation.step("tpm2_nvread -C o", "-o", operation.path("ek.der"), index);
    return trimmed(operation.read("ek.der"));
  }

  /** The place may be larger than the certificate in it. */
  private static byte[] trimmed(byte[] place) {
    ByteBuffer in = ByteBuffer.wrap(place);
    if (place.length > MOST_CERTIFICATE
        || place.length < 4
        || Byte.toUnsignedInt(in.get()) != SEQUENCE
        || Byte.toUnsignedInt(in.get()) != LONG_LENGTH) {
      throw new TpmException.Failed("tpm2_nvread", "the TPM's endorsement certificate is damaged");
    }
    int end = 4 + Short.toUnsignedInt(in.getShort());
    if (end > place.length) {
      throw new TpmException.Failed(
          "tpm2_nvread", "the TPM's endorsement certificate is cut short");
    }
    return Arrays.copyOf(place, end);
  }

  byte[] answer(Endorsement shown, byte[] credential, byte[] seed) {
    operation.write("ek.ctx", shown.keyContext());
    operation.write("ak.ctx", shown.attestationContext());
    byte[] file =
        ByteBuffer.allocate(FILE_HEAD.length + credential.length + seed.length)
            .put(FILE_HEAD)
            .put(credential)
            .put(seed)
            .array();
    try (Operation.Session session = operation.bare()) {
      operation.step("tpm2_policysecret -Q -c e", "-S", session.file());
      operation.step(
          "tpm2_activatecredential -Q",
          "-c",
          operation.path("ak.ctx"),
          "-C",
          operation.path("ek.ctx"),
          "-i",
          operation.write("challenge", file),
          "-o",
          operation.path("answer"),
          "-P",
          session.reference());
      return operation.read("answer");
    }
  }
}
