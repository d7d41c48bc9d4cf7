package io.keymoor.host.config;

import io.keymoor.tpm.Approval;
import io.keymoor.tpm.TpmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends and resumes the registers of a host's TPM seal, so that an update of firmware or boot
 * loader which an administrator wants does not lock the host. The agent may run meanwhile; VMs
 * don't notice.
 *
 * <p>Guarantee: killed at any point, the configuration opens, and the command may be repeated.
 * After {@link #resume} nothing that was written while suspended opens any more.
 *
 * @param directory the host's
 */
public record TpmUpkeep(HostDirectory directory) {
  private static final Logger LOG = LoggerFactory.getLogger(TpmUpkeep.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The id of this boot of the machine. */
  public static UUID boot() {
    try {
      return UUID.fromString(Files.readString(BOOT_ID).strip());
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(BOOT_ID, failure);
    }
  }

  /**
   * Until the first start of the agent in another boot than {@code boot}, the TPM alone is enough.
   *
   * @throws ConfigurationException.Locked when the TPM does not open it now
   */
  public void suspend(UUID boot) {
    try (TpmSeal.Opened opened = opened()) {
      TpmTerms terms = opened.file().terms();
      if (terms.pcrs().isEmpty()) {
        throw new ConfigurationException.SealRefused(
            "nothing_to_suspend",
            "No register is a condition here, so an update of the boot chain locks nothing.");
      }
      directory.tpmSeal().write(opened.file().tpm(), terms.suspended(boot), opened.key());
    }
  }

  /**
   * The registers as they are now are the condition again.
   *
   * @return false when they were not suspended
   */
  public boolean resume() {
    try (TpmSeal.Opened opened = opened()) {
      TpmTerms terms = opened.file().terms();
      if (terms.suspendedIn().isEmpty()) {
        return false;
      }
      directory.tpmSeal().write(opened.file().tpm(), terms.resumed(), opened.key());
      return true;
    }
  }

  /**
   * What an agent does when it starts: resumes after the next boot, and finishes what was
   * interrupted. A TPM that refuses is told to the log: the agent has its configuration open.
   */
  public void atStart(Supplier<UUID> boot) {
    if (!directory.tpmSeal().exists()) {
      return;
    }
    try {
      boolean due =
          directory
              .tpmSeal()
              .statedTerms()
              .flatMap(TpmTerms::suspendedIn)
              .filter(suspended -> !suspended.equals(boot.get()))
              .isPresent();
      if (!due) {
        directory.tpmSeal().finish();
      } else if (resume()) {
        LOG.info("The machine was booted anew: its TPM seals to its registers again.");
      }
    } catch (ConfigurationException | TpmException refused) {
      LOG.warn("{}", refused.getMessage());
    }
  }

  /** On what terms the TPM opens it, as the file says. */
  public TpmTerms terms() {
    return seal().terms();
  }

  /** What an approver has to sign for the registers as they are now. */
  public byte[] measured() {
    TpmFile file = seal();
    if (file.terms().pcrs().isEmpty()) {
      throw new ConfigurationException.SealRefused(
          "nothing_to_approve", "No register is a condition here, so there is nothing to approve.");
    }
    return file.tpm().measured(file.terms().pcrs());
  }

  /**
   * Takes an approver's word for other values of the registers; on a locked host too.
   *
   * @throws TpmException.NotApproved when it is not the approver's
   */
  public void approve(Approval approval) {
    seal();
    directory.tpmSeal().approve(approval);
  }

  private TpmSeal.Opened opened() {
    seal();
    return directory.tpmSeal().unseal();
  }

  private TpmFile seal() {
    if (!directory.tpmSeal().exists()) {
      throw new ConfigurationException.SealRefused(
          "tpm_not_used",
          "No TPM seals the configuration in "
              + directory.path()
              + ". With keymoor host seal it does.");
    }
    return directory.tpmSeal().contents();
  }
}
