package io.keymoor.host.config;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A sealing key in a file of mode 0600. Whoever reads the boot disk as root has it; it keeps the
 * configuration's copies elsewhere (backups, support bundles) closed.
 *
 * @param file the file
 */
public record KeyFile(Path file) implements SealingKey {
  /** Makes the file unless it is there. */
  public void createIfMissing(SecureRandom random) {
    if (!Files.exists(file)) {
      try {
        SealedFile.createKeyFile(file, random);
      } catch (UncheckedIOException failure) {
        throw new ConfigurationException.Storage(file, failure);
      }
    }
  }

  @Override
  public SecretBytes open() {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.exists(file)) {
      throw new ConfigurationException.NotInitialised(directory, file);
    }
    try {
      return SealedFile.readKeyFile(file);
    } catch (CryptoException damaged) {
      throw new ConfigurationException.Damaged(file, String.valueOf(damaged.getMessage()));
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }
}
