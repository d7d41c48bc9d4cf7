package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept of a sealed secret. It is no secret itself: only the TPM opens it.
 *
 * <pre>
 *   keymoor-tpm-sealed 1
 *   pcrs 0,7                     sha256 bank; nothing after "pcrs" for no condition
 *   primary BASE64               TPM2B_PUBLIC of the storage key it lies under
 *   public BASE64                TPM2B_PUBLIC of the sealed object, as tpm2_create -u writes it
 *   private BASE64               TPM2B_PRIVATE, as tpm2_create -r writes it
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
record SealedBlob(PcrSelection pcrs, byte[] primary, byte[] publicArea, byte[] privateArea) {
  private static final String MAGIC = "keymoor-tpm-sealed";
  private static final String FIRST_LINE = MAGIC + " 1";
  private static final int MOST_BYTES = 16 * 1024;

  byte[] encode() {
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        String.join(
            "\n",
            FIRST_LINE,
            ("pcrs " + pcrs.text()).strip(),
            "primary " + base64.encodeToString(primary),
            "public " + base64.encodeToString(publicArea),
            "private " + base64.encodeToString(privateArea),
            "");
    return text.getBytes(US_ASCII);
  }

  static SealedBlob decode(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new TpmException.Damaged("it has " + bytes.length + " bytes, too many");
    }
    List<String> lines = Arrays.asList(new String(bytes, US_ASCII).split("\n", -1));
    if (!lines.getFirst().equals(FIRST_LINE)) {
      throw new TpmException.Damaged(
          lines.getFirst().startsWith(MAGIC + " ")
              ? "it was written by newer software"
              : "it does not begin with \"" + MAGIC + "\"");
    }
    Map<String, String> fields = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int space = line.indexOf(' ');
      fields.put(
          space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
    }
    try {
      return new SealedBlob(
          PcrSelection.parse(text(fields, "pcrs")),
          bytes(fields, "primary"),
          bytes(fields, "public"),
          bytes(fields, "private"));
    } catch (IllegalArgumentException malformed) {
      throw new TpmException.Damaged("a line of it is malformed", malformed);
    }
  }

  boolean liesUnder(byte[] presentPrimary) {
    return Arrays.equals(primary, presentPrimary);
  }

  private static String text(Map<String, String> fields, String name) {
    String text = fields.get(name);
    if (text == null) {
      throw new TpmException.Damaged("the line \"" + name + "\" is missing");
    }
    return text;
  }

  private static byte[] bytes(Map<String, String> fields, String name) {
    byte[] bytes = Base64.getDecoder().decode(text(fields, name));
    if (bytes.length == 0) {
      throw new TpmException.Damaged("the line \"" + name + "\" is empty");
    }
    return bytes;
  }
}
