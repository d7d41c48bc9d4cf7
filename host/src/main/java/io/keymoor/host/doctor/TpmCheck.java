package io.keymoor.host.doctor;

import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.TpmTerms;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * Whether the host has a TPM 2.0, and whether that seals the configuration.
 *
 * @param directory the agent's
 * @param system what is looked at
 */
record TpmCheck(HostDirectory directory, HostSystem system) implements Check {
  private static final String CHECK = "tpm";

  @Override
  public List<Finding> look() {
    boolean two =
        system.text("/sys/class/tpm/tpm0/tpm_version_major").filter("2"::equals).isPresent();
    if (directory.tpmSeal().exists()) {
      return List.of(sealed());
    }
    if (two && Files.exists(system.at("/dev/tpmrm0"))) {
      return List.of(
          Finding.warn(
              CHECK,
              "The host has a TPM 2.0, and its keys are sealed by a key file on its own disk: who"
                  + " takes the disk has them.",
              "Stop the agent and seal them: keymoor host seal --dir " + directory.path()));
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

  private Finding sealed() {
    Optional<TpmTerms> terms = directory.tpmSeal().statedTerms();
    if (terms.flatMap(TpmTerms::suspendedIn).isPresent()) {
      return Finding.warn(
          CHECK,
          "The host's TPM 2.0 seals its configuration, and its registers are suspended: who takes"
              + " the whole host can open it however it boots.",
          "Boot, and the agent resumes; or at once: keymoor host tpm resume --dir "
              + directory.path());
    }
    String registers = terms.map(known -> known.pcrs().text()).orElse("");
    return Finding.ok(
        CHECK,
        "The host's TPM 2.0 seals its configuration"
            + (registers.isEmpty() ? "." : ", to its registers " + registers + "."));
  }
}
