package io.keymoor.host.doctor;

import io.keymoor.host.config.HostDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the manager believes that the host has a TPM, as the agent heard last.
 *
 * @param directory the agent's
 */
record AttestationCheck(HostDirectory directory) implements Check {
  private static final String CHECK = "attestation";

  @Override
  public List<Finding> look() {
    if (!directory.tpmSeal().exists()) {
      return List.of();
    }
    Path verdict = directory.tpmVerdict();
    if (!Files.exists(verdict)) {
      return List.of(
          Finding.warn(
              CHECK,
              "The host's TPM is not attested: the manager has not seen a proof of it yet.",
              "Start the agent where it does not run; its log says what is in the way."));
    }
    try {
      String sentence = Files.readString(verdict).strip();
      return List.of(
          sentence.isEmpty()
              ? Finding.ok(CHECK, "The manager trusts the host's TPM.")
              : Finding.warn(CHECK, "The host's TPM is not attested.", sentence));
    } catch (IOException unreadable) {
      return List.of(
          Finding.warn(
              CHECK,
              verdict + " can't be read.",
              "Restart the agent, which writes it anew: systemctl restart keymoor-host"));
    }
  }
}
