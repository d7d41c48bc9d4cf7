package io.keymoor.host.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Tpm;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The contents of {@link TpmSeal}'s file. No secret.
 *
 * @param tpm where the TPM is
 * @param terms as the lines say; only what is sealed says whether they are the true ones
 * @param sealed what {@link Tpm#seal} made
 * @param first whether it is of version 1, which has no counter and whose lines nothing protects
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
record TpmFile(Tpm tpm, TpmTerms terms, byte[] sealed, boolean first) {
  private static final String FIRST = "keymoor-host-tpm 1";
  private static final String SECOND = "keymoor-host-tpm 2";
  private static final String TCTI = "tcti ";
  private static final String BLOB = "keymoor-tpm-sealed ";
  private static final int MOST_LINES = 16;

  /** Of the key, and of the digest beside it. */
  private static final int KEY_BYTES = 32;

  /** No address that would run a program. */
  private static final Pattern KNOWN = Pattern.compile("(device|swtpm|tabrmd)(:.*)?");

  byte[] encode() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes((SECOND + "\n" + TCTI + tpm.tcti() + "\n").getBytes(US_ASCII));
    all.writeBytes(terms.encode());
    all.writeBytes(sealed);
    return all.toByteArray();
  }

  /**
   * Reads a file of version 1 or 2.
   *
   * @throws IllegalArgumentException when it is none
   */
  static TpmFile decode(byte[] all) {
    List<String> head = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = end(all, from);
      String line = new String(all, from, to - from, US_ASCII).strip();
      if (line.startsWith(BLOB)) {
        return of(head, Arrays.copyOfRange(all, from, all.length));
      }
      if (to == all.length || head.size() == MOST_LINES) {
        throw new IllegalArgumentException("no sealed key in it");
      }
      head.add(line);
      from = to;
    }
  }

  private static TpmFile of(List<String> head, byte[] sealed) {
    if (head.size() < 2
        || !head.get(1).startsWith(TCTI)
        || !KNOWN.matcher(head.get(1).substring(TCTI.length())).matches()) {
      throw new IllegalArgumentException("no TPM in it");
    }
    Tpm tpm = new Tpm(head.get(1).substring(TCTI.length()));
    return switch (head.getFirst()) {
      case FIRST -> new TpmFile(tpm, TpmTerms.of(Tpm.conditionOf(sealed).pcrs()), sealed, true);
      case SECOND -> new TpmFile(tpm, TpmTerms.decode(head.subList(2, head.size())), sealed, false);
      default -> throw new IllegalArgumentException("another kind of file");
    };
  }

  /** Where the line that begins at {@code from} is over. */
  private static int end(byte[] all, int from) {
    for (int i = from; i < all.length; i++) {
      if (all[i] == '\n') {
        return i + 1;
      }
    }
    return all.length;
  }

  /** What is sealed: the key, and the digest of the terms. */
  static SecretBytes payload(SecretBytes key, TpmTerms terms) {
    try (SecretBytes digest = digest(terms)) {
      return SecretBytes.joined(List.of(key, digest));
    }
  }

  /**
   * The key in what the TPM gave, which stays open.
   *
   * @throws IllegalArgumentException when that is for other terms than the file's
   */
  SecretBytes key(SecretBytes payload) {
    if (payload.length() != (first ? KEY_BYTES : 2 * KEY_BYTES)) {
      throw new IllegalArgumentException("another kind of key");
    }
    List<SecretBytes> parts = payload.cut(KEY_BYTES);
    try (SecretBytes digest = digest(terms)) {
      if (!first && !parts.getLast().equals(digest)) {
        throw new IllegalArgumentException("the terms were changed");
      }
      return parts.getFirst().copy();
    } finally {
      parts.forEach(SecretBytes::close);
    }
  }

  private static SecretBytes digest(TpmTerms terms) {
    try {
      return SecretBytes.takeOver(MessageDigest.getInstance("SHA-256").digest(terms.encode()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
