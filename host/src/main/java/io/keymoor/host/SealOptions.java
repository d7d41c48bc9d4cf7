package io.keymoor.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.keymoor.host.config.ConfigurationException.SealRefused;
import io.keymoor.host.config.TpmTerms;
import io.keymoor.tpm.Approver;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Under what a host's configuration is to be sealed. */
final class SealOptions {
  private static final String NONE = "none";
  private static final int MOST_PEM = 4096;

  @Option(
      names = "--key-file",
      description =
          "Under a key file on the boot disk, TPM or not: who takes the disk has the keys.")
  private boolean keyFile;

  @Option(
      names = "--pcrs",
      paramLabel = "LIST",
      defaultValue = "7",
      description =
          "The TPM opens it only while these registers are as now; otherwise ${DEFAULT-VALUE} (Secure Boot). Before an update of what they measure: keymoor host tpm suspend. none: the same TPM is enough.")
  private String pcrs = "";

  @Option(
      names = "--approver",
      paramLabel = "FILE",
      description =
          "A P-256 public key in PEM, whose owner may sign that other values of these registers are as good: keymoor host tpm approve.")
  private Optional<Path> approver = Optional.empty();

  @Option(
      names = "--tpm",
      paramLabel = "ADDRESS",
      defaultValue = Tpm.DEVICE,
      description = "The TPM 2.0; otherwise ${DEFAULT-VALUE}.")
  private String address = "";

  boolean keyFile() {
    return keyFile;
  }

  Tpm tpm() {
    try {
      return new Tpm(address);
    } catch (IllegalArgumentException malformed) {
      throw new SealRefused("tpm_address_invalid", "This is no TPM: " + malformed.getMessage());
    }
  }

  TpmTerms terms() {
    try {
      PcrSelection registers = PcrSelection.parse(pcrs.equals(NONE) ? "" : pcrs);
      return new TpmTerms(registers, approver.map(SealOptions::read), Optional.empty());
    } catch (IllegalArgumentException malformed) {
      throw new SealRefused("pcrs_invalid", "--pcrs: " + malformed.getMessage() + ".");
    }
  }

  private static Approver read(Path file) {
    try {
      if (Files.size(file) > MOST_PEM) {
        throw new IllegalArgumentException("it is too long for one");
      }
      return Approver.parse(Files.readString(file, ISO_8859_1));
    } catch (IOException unreadable) {
      throw new SealRefused(
          "approver_unreadable", "The approver's key can't be read: " + file + ".");
    } catch (IllegalArgumentException malformed) {
      throw new SealRefused(
          "approver_invalid",
          file + " can't be an approver's key: " + malformed.getMessage() + ".");
    }
  }
}
