package io.keymoor.host.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import io.keymoor.tpm.TpmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A sealing key that this host's TPM 2.0 gives, and nobody else's (N4). The file is no secret.
 *
 * <pre>
 *   keymoor-host-tpm 1
 *   tcti device:/dev/tpmrm0      where the TPM is
 *   …                            what {@link Tpm#seal} made
 * </pre>
 *
 * @param file the file
 */
public record TpmSeal(Path file) implements SealingKey {
  private static final String MAGIC = "keymoor-host-tpm 1";
  private static final String TCTI = "tcti ";
  private static final int MOST_BYTES = 64 * 1024;

  /** No address that would run a program. */
  private static final Pattern KNOWN = Pattern.compile("(device|swtpm|tabrmd)(:.*)?");

  /** Whether it is there. */
  public boolean exists() {
    return Files.exists(file);
  }

  /**
   * Has {@code tpm} seal the key, and writes what it gave; an earlier file is replaced, durably.
   *
   * @throws TpmException when it does not; the file is as it was
   */
  void write(Tpm tpm, PcrSelection pcrs, SecretBytes key) {
    byte[] sealed = tpm.seal(key, pcrs);
    byte[] head = (MAGIC + "\n" + TCTI + tpm.tcti() + "\n").getBytes(US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + sealed.length);
    System.arraycopy(sealed, 0, all, head.length, sealed.length);
    try {
      SealedFile.replace(file, all);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  @Override
  public SecretBytes open() {
    try {
      byte[] all = read();
      int first = end(all, 0);
      int second = end(all, first);
      String tcti = new String(all, first, second - first, US_ASCII).strip();
      if (!new String(all, 0, first, US_ASCII).strip().equals(MAGIC)
          || !tcti.startsWith(TCTI)
          || !KNOWN.matcher(tcti.substring(TCTI.length())).matches()) {
        throw damaged();
      }
      return new Tpm(tcti.substring(TCTI.length()))
          .unseal(Arrays.copyOfRange(all, second, all.length));
    } catch (TpmException refused) {
      throw new ConfigurationException.Locked(refused.code(), String.valueOf(refused.getMessage()));
    } catch (IllegalArgumentException malformed) {
      throw damaged();
    }
  }

  private byte[] read() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged();
      }
      return Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
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

  private ConfigurationException.Locked damaged() {
    return new ConfigurationException.Locked(
        "tpm_blob_damaged", file + " is not what keymoor host seal wrote.");
  }
}
