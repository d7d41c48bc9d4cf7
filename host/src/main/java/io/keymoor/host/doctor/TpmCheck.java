package io.keymoor.host.doctor;

import java.nio.file.Files;
import java.util.List;

/**
 * Whether the host has a TPM 2.0.
 *
 * @param system what is looked at
 */
record TpmCheck(HostSystem system) implements Check {
  private static final String CHECK = "tpm";

  @Override
  public List<Finding> look() {
    boolean two =
        system.text("/sys/class/tpm/tpm0/tpm_version_major").filter("2"::equals).isPresent();
    if (two && Files.exists(system.at("/dev/tpmrm0"))) {
      return List.of(Finding.ok(CHECK, "The host has a TPM 2.0."));
    }
    boolean some = Files.exists(system.at("/sys/class/tpm/tpm0"));
    return List.of(
        Finding.warn(
            CHECK,
            (some ? "The host's TPM is no TPM 2.0 that can be used." : "The host has no TPM 2.0.")
                + " Its keys are sealed by a key file on its own disk: who takes the disk has them."
                + " Providers that require a TPM don't come here.",
            some
                ? "Switch it to TPM 2.0 in the firmware's set-up."
                : "Switch it on in the firmware's set-up if the machine has one; otherwise encrypt"
                    + " the host's disk."));
  }
}
