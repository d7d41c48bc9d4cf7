package io.keymoor.host.config;

import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.Approval;
import io.keymoor.tpm.CounterBound;
import io.keymoor.tpm.Tpm;
import io.keymoor.tpm.TpmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A sealing key that this host's TPM 2.0 gives, and nobody else's (N4). The file is no secret.
 *
 * <pre>
 *   keymoor-host-tpm 2
 *   tcti device:/dev/tpmrm0      where the TPM is
 *   pcrs 7                       the terms, see {@link TpmTerms}
 *   …                            what {@link Tpm#seal} made of the key and the terms' digest
 * </pre>
 *
 * <p>Guarantee: when a method that writes returns, no former version of the file opens any more.
 * The new one is durable before the TPM's counter goes on, and opens before and after that: killed
 * in between, the host is not locked, and {@link #finish} does the rest.
 *
 * @param file the file
 */
public record TpmSeal(Path file) implements SealingKey {
  private static final int MOST_BYTES = 64 * 1024;

  /** Whether it is there. */
  public boolean exists() {
    return Files.exists(file);
  }

  /**
   * The terms that the file tells, and its TPM did not confirm: for people.
   *
   * @return absent when the file can't be read or understood
   */
  public Optional<TpmTerms> statedTerms() {
    try {
      return Optional.of(contents().terms());
    } catch (ConfigurationException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Where the TPM is, as the file says.
   *
   * @throws ConfigurationException when that can't be read
   */
  public Tpm tpm() {
    return contents().tpm();
  }

  /** What the TPM gave, and on what terms. */
  record Opened(SecretBytes key, TpmFile file) implements AutoCloseable {
    @Override
    public void close() {
      key.close();
    }
  }

  @Override
  public SecretBytes open() {
    return unseal().key();
  }

  /** The key and its terms, the caller's to close. */
  Opened unseal() {
    TpmFile contents = contents();
    try (SecretBytes payload = contents.tpm().unseal(contents.sealed())) {
      return new Opened(contents.key(payload), contents);
    } catch (TpmException refused) {
      throw locked(refused);
    } catch (IllegalArgumentException changed) {
      throw damaged();
    }
  }

  /**
   * Has {@code tpm} seal the key, and writes what it gave; an earlier file is replaced, durably,
   * and opens nothing any more.
   *
   * @throws TpmException when it does not; the file is as it was
   * @throws ConfigurationException.SealRefused when only the counter did not go on
   */
  void write(Tpm tpm, TpmTerms terms, SecretBytes key) {
    try (HostDirectory.Lock _ = lock()) {
      Optional<CounterBound> successor = former().flatMap(tpm::successor);
      CounterBound bound = successor.orElseGet(tpm::newCounter);
      byte[] sealed;
      try (SecretBytes payload = TpmFile.payload(key, terms)) {
        sealed = tpm.seal(payload, terms.condition().during(bound));
      }
      // What does not open now would lock the host.
      tpm.unseal(sealed).close();
      replace(new TpmFile(tpm, terms, sealed, false));
      if (successor.isPresent()) {
        advance(tpm, sealed);
      }
    }
  }

  /** Ends former versions of the file for good, where an interruption left that undone. */
  void finish() {
    try (HostDirectory.Lock _ = lock()) {
      TpmFile contents = contents();
      settle();
      advance(contents.tpm(), contents.sealed());
    }
  }

  private static void advance(Tpm tpm, byte[] sealed) {
    try {
      tpm.advance(sealed);
    } catch (TpmException refused) {
      throw new ConfigurationException.CounterBehind(refused);
    }
  }

  /**
   * Takes an approver's word for other values of the registers. Works on a locked host too: the TPM
   * is not needed, and no key.
   *
   * @throws TpmException.NotApproved when it is not the approver's
   */
  void approve(Approval approval) {
    try (HostDirectory.Lock _ = lock()) {
      TpmFile contents = contents();
      replace(
          new TpmFile(
              contents.tpm(),
              contents.terms(),
              Tpm.approve(contents.sealed(), approval),
              contents.first()));
    }
  }

  /** Takes the counter out of the TPM, as far as that answers: nothing is to open with it. */
  void forgetCounter() {
    try {
      TpmFile contents = contents();
      contents.tpm().removeCounter(contents.sealed());
    } catch (TpmException | ConfigurationException unavailable) {
      // It stays there, of no use to anybody.
      return;
    }
  }

  /** What was sealed last; of a file that can't be understood nothing is to follow. */
  private Optional<byte[]> former() {
    if (!exists()) {
      return Optional.empty();
    }
    settle();
    try {
      return Optional.of(contents().sealed());
    } catch (ConfigurationException.Locked damaged) {
      return Optional.empty();
    }
  }

  /** Before the counter goes on for what is there: a power loss must not bring back what was. */
  private void settle() {
    try {
      SealedFile.settle(file);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  private void replace(TpmFile contents) {
    try {
      SealedFile.replace(file, contents.encode());
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  private HostDirectory.Lock lock() {
    return HostDirectory.lock(file.resolveSibling(file.getFileName() + ".lock"))
        .orElseThrow(() ->
            new ConfigurationException.SealRefused(
                "tpm_seal_busy",
                "Another command has the TPM seal this host's configuration. Try again when it"
                    + " has ended."));
  }

  /** What the file says; the TPM is not asked. */
  TpmFile contents() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged();
      }
      return TpmFile.decode(Files.readAllBytes(file));
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    } catch (TpmException refused) {
      throw locked(refused);
    } catch (IllegalArgumentException malformed) {
      throw damaged();
    }
  }

  private static ConfigurationException.Locked locked(TpmException refused) {
    return new ConfigurationException.Locked(refused.code(), String.valueOf(refused.getMessage()));
  }

  private ConfigurationException.Locked damaged() {
    return new ConfigurationException.Locked(
        "tpm_blob_damaged", file + " is not what Keymoor wrote, or it was changed since.");
  }
}
