package io.keymoor.host;

import io.keymoor.crypto.SealedFile;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.link.TpmProver;
import io.keymoor.protocol.AttestationAnswer;
import io.keymoor.protocol.AttestationChallenge;
import io.keymoor.protocol.AttestationClaim;
import io.keymoor.protocol.AttestationVerdict;
import io.keymoor.protocol.TpmBytes;
import io.keymoor.tpm.Endorsement;
import io.keymoor.tpm.TpmException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TPM that seals the configuration of a directory. What the manager thinks of it is left in the
 * directory, for {@code keymoor host doctor}. Used by one thread.
 */
final class HostTpm implements TpmProver {
  private static final Logger LOG = LoggerFactory.getLogger(HostTpm.class);

  private final HostDirectory directory;
  private Optional<Endorsement> shown = Optional.empty();

  HostTpm(HostDirectory directory) {
    this.directory = directory;
  }

  @Override
  public AttestationClaim show() {
    try {
      Endorsement endorsement = directory.tpmSeal().tpm().endorsement();
      shown = Optional.of(endorsement);
      return new AttestationClaim(
          new TpmBytes(endorsement.key()),
          endorsement.certificate().map(TpmBytes::new),
          new TpmBytes(endorsement.attestationKey()));
    } catch (TpmException | ConfigurationException unable) {
      throw new TpmSilent(unable);
    }
  }

  @Override
  public AttestationAnswer answer(AttestationChallenge challenge) {
    try {
      return new AttestationAnswer(
          new TpmBytes(
              directory
                  .tpmSeal()
                  .tpm()
                  .answer(
                      shown.orElseThrow(),
                      challenge.credential().toArray(),
                      challenge.seed().toArray())));
    } catch (TpmException | ConfigurationException unable) {
      throw new TpmSilent(unable);
    }
  }

  @Override
  public void told(AttestationVerdict verdict) {
    try {
      SealedFile.replace(
          directory.tpmVerdict(), verdict.sentence().getBytes(StandardCharsets.UTF_8));
    } catch (UncheckedIOException full) {
      LOG.warn("What the manager thinks of the TPM could not be noted: {}", full.getMessage());
    }
  }
}
