package io.keymoor.host.config;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.RecoveryKey;
import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Tpm;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Puts a host's configuration under another key: from the key file to the TPM, back, or to a new
 * TPM with the recovery key. No agent may run meanwhile.
 *
 * <p>Guarantee: each way has three steps, each durable before the next: the new form of the key is
 * written, the configuration is rewritten under it (one rename), the old form is destroyed. Killed
 * between any two, the configuration opens, and the next call, or the next start of the agent,
 * removes the form that is not in use. The key is a new one each time, so an old copy of the key
 * file does not open what is written from then on.
 *
 * @param directory the host's
 * @param random for the keys
 */
public record Resealing(HostDirectory directory, SecureRandom random) {
  private static final String RECOVERY = "host/recovery";

  /**
   * Seals under the TPM.
   *
   * @param terms on which it is to give the key
   * @return the recovery key, which is nowhere else; absent when the TPM sealed before, where the
   *     former one stays valid
   * @throws io.keymoor.tpm.TpmException when the TPM does not; nothing is changed
   */
  public Optional<SecretBytes> underTpm(Tpm tpm, TpmTerms terms) {
    try (HostDirectory.Lock _ = directory.lock();
        HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      settle(directory, configuration);
      if (configuration.sealedByTpm()) {
        try (SecretBytes present = directory.tpmSeal().open()) {
          directory.tpmSeal().write(tpm, terms, present);
        }
        return Optional.empty();
      }
      SecretBytes recovery = SecretBytes.random(RecoveryKey.BYTES, random);
      try (SecretBytes fresh = SecretBytes.random(RecoveryKey.BYTES, random)) {
        SealedFile.write(directory.recovery(), recovery, RECOVERY, fresh, random);
        directory.tpmSeal().write(tpm, terms, fresh);
        configuration.sealUnder(fresh, true);
        directory.erase(directory.key().file());
        return Optional.of(recovery);
      } catch (UncheckedIOException failure) {
        recovery.close();
        throw new ConfigurationException.Storage(directory.recovery(), failure);
      } catch (RuntimeException failure) {
        recovery.close();
        throw failure;
      }
    }
  }

  /** Seals under a key file, with a fresh key. KDKs that are for hosts with a TPM only are gone. */
  public void underKeyFile() {
    try (HostDirectory.Lock _ = directory.lock();
        HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      settle(directory, configuration);
      if (configuration.sealedByTpm()) {
        toKeyFile(configuration);
      }
    }
  }

  private void toKeyFile(HostConfiguration configuration) {
    directory.key().createIfMissing(random);
    try (SecretBytes fresh = directory.key().open()) {
      configuration.sealUnder(fresh, false);
    }
    settle(directory, configuration);
  }

  /**
   * Opens the configuration with its recovery key and seals it under a TPM, the same or another.
   * The recovery key stays valid.
   *
   * @throws ConfigurationException.RecoveryRefused when the key is not this configuration's
   */
  public void recoverToTpm(SecretBytes recovery, Tpm tpm, TpmTerms terms) {
    try (HostDirectory.Lock _ = directory.lock();
        SecretBytes key = recovered(recovery);
        HostConfiguration configuration =
            HostConfiguration.open(directory.configuration(), key::copy, random)) {
      directory.tpmSeal().write(tpm, terms, key);
      configuration.sealUnder(key, true);
    }
  }

  /** Opens the configuration with its recovery key and seals it under a key file. */
  public void recoverToKeyFile(SecretBytes recovery) {
    try (HostDirectory.Lock _ = directory.lock();
        SecretBytes key = recovered(recovery);
        HostConfiguration configuration =
            HostConfiguration.open(directory.configuration(), key::copy, random)) {
      toKeyFile(configuration);
    }
  }

  private SecretBytes recovered(SecretBytes recovery) {
    if (!Files.exists(directory.recovery())) {
      throw new ConfigurationException.RecoveryRefused(
          directory.recovery() + " is missing: there is nothing that a recovery key opens.");
    }
    try {
      return SealedFile.read(directory.recovery(), recovery, RECOVERY);
    } catch (CryptoException wrong) {
      throw new ConfigurationException.RecoveryRefused(
          "This is not the recovery key of this host, or the configuration was sealed anew since"
              + " it was shown.");
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(directory.recovery(), failure);
    }
  }

  /** Removes the form of the key that is not in use, which an interruption left. */
  public static void settle(HostDirectory directory, HostConfiguration configuration) {
    if (configuration.sealedByTpm()) {
      directory.erase(directory.key().file());
    } else if (directory.tpmSeal().exists()) {
      directory.tpmSeal().forgetCounter();
      directory.erase(directory.tpmSeal().file());
      directory.erase(directory.recovery());
    } else {
      directory.erase(directory.recovery());
    }
  }
}
