package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException.SealRefused;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import picocli.CommandLine.Option;

/** Under what a host's configuration is to be sealed. */
final class SealOptions {
  @Option(
      names = "--key-file",
      description =
          "Under a key file on the boot disk, TPM or not: who takes the disk has the keys.")
  private boolean keyFile;

  @Option(
      names = "--pcrs",
      paramLabel = "LIST",
      defaultValue = "",
      description =
          "The TPM opens it only while these registers are as now, such as 7 (Secure Boot); an update of what they measure locks it. Otherwise none.")
  private String pcrs = "";

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

  PcrSelection pcrs() {
    try {
      return PcrSelection.parse(pcrs);
    } catch (IllegalArgumentException malformed) {
      throw new SealRefused("pcrs_invalid", "--pcrs: " + malformed.getMessage());
    }
  }
}
