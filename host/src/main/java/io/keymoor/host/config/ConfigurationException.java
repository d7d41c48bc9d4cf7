package io.keymoor.host.config;

import io.keymoor.tpm.TpmException;
import java.nio.file.Path;

/**
 * Why a host's directory can't be used. Each has a stable {@link #code()} and a message that says
 * what was wrong, what was left as it was and what to do.
 */
public abstract sealed class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private ConfigurationException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** The name can't be a host's. */
  public static final class InvalidName extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public InvalidName() {
      super(
          "host_name_invalid",
          "A host's name has 1 to 63 letters, digits, dots, hyphens and underscores, and begins"
              + " with a letter or digit. Nothing was written. Choose another with --name.");
    }
  }

  /** There is a host in the directory. */
  public static final class AlreadyInitialised extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public AlreadyInitialised(Path directory, String name) {
      super(
          "host_already_initialised",
          directory
              + " holds the host \""
              + name
              + "\" already. Nothing was changed. Start it with: keymoor host run --dir "
              + directory
              + " ; for another host use another directory.");
    }
  }

  /** There is no host in the directory. */
  public static final class NotInitialised extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public NotInitialised(Path directory, Path missing) {
      super(
          "host_not_initialised",
          directory
              + " holds no host: "
              + missing.getFileName()
              + " is missing. Nothing was changed. Make one with: keymoor host join"
              + " MANAGER --dir "
              + directory
              + " ; or put the file back from your backup.");
    }
  }

  /** The host has not joined a manager yet. */
  public static final class GrantMissing extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public GrantMissing(Path directory, Path grant) {
      super(
          "host_not_enrolled",
          "This host has not joined a manager yet: "
              + grant
              + " is missing. On the manager: keymoor host token create --cluster CLUSTER ; here:"
              + " keymoor host join MANAGER --dir "
              + directory
              + " ; then start again.");
    }
  }

  /** The host did not join a manager. */
  public static final class JoinRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public JoinRefused(String code, String sentence) {
      super(code, sentence);
    }
  }

  /** The grant can't be used. */
  public static final class GrantRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public GrantRefused(String code, Path grant, String reason) {
      super(
          code,
          "The grant "
              + grant
              + " can't be used: "
              + reason
              + " It was left as it is. Join again: on the manager, keymoor host token create"
              + " --cluster CLUSTER, or --host NAME for a host that it has; here, keymoor host join"
              + " MANAGER --dir "
              + grant.getParent());
    }
  }

  /** The configuration does not open or makes no sense. */
  public static final class Damaged extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public Damaged(Path file, String reason) {
      super(
          "host_configuration_damaged",
          "The host configuration "
              + file
              + " can't be used: "
              + reason
              + " It was left as it is. Restore it and its key file from your backup, or initialise"
              + " the host anew in an empty directory; the manager then gives it its keys again.");
    }
  }

  /** The TPM does not give the sealing key. */
  public static final class Locked extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public Locked(String code, String reason) {
      super(
          code,
          "configuration locked: "
              + reason
              + " Encrypted VMs don't start on this host until then; running ones run on. With the"
              + " recovery key that was shown when it was sealed: keymoor host recover. Without it:"
              + " let the host join anew from an empty directory, with keymoor host token create"
              + " --reinstalled --host NAME; the manager then gives it its keys again.");
    }
  }

  /** The configuration is not sealed as was asked for. */
  public static final class SealRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public SealRefused(String code, String reason) {
      super(code, reason + " The configuration was left as it was.");
    }
  }

  /** The TPM's counter did not go on. */
  public static final class CounterBehind extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    CounterBehind(TpmException refused) {
      super(
          "tpm_counter_behind",
          "The configuration is sealed as it was to be, but the TPM's counter did not go on, so an"
              + " older host.tpm would still open it: "
              + refused.getMessage()
              + " The agent tries that again whenever it starts.");
      initCause(refused);
    }
  }

  /** The recovery key does not open the configuration. */
  public static final class RecoveryRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public RecoveryRefused(String reason) {
      super("recovery_refused", reason + " Nothing was changed.");
    }
  }

  /** A newer software wrote the configuration. */
  public static final class NewerVersion extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public NewerVersion(Path file, String version) {
      super(
          "host_configuration_newer",
          "The host configuration "
              + file
              + " has format version "
              + version
              + "; this software reads version "
              + ConfigurationDocument.VERSION
              + ". It was left as it is. Update Keymoor on this host.");
    }
  }

  /** Another agent works in the directory. */
  public static final class InUse extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public InUse(Path directory) {
      super(
          "host_in_use",
          "Another agent runs with "
              + directory
              + " . Nothing was changed. Stop it first, or use another directory.");
    }
  }

  /** libvirt can't be made to ask for secrets before it starts a VM. */
  public static final class StartHookRefused extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public StartHookRefused(RuntimeException cause) {
      super(
          "start_hook_failed",
          "libvirt's start hook can't be set up, without which encrypted VMs would not start: "
              + Storage.reason(cause)
              + ". The agent was not started; nothing else was changed. It needs to be root where"
              + " libvirt is the system's; --hooks-dir and --runtime-dir name other places.");
      initCause(cause);
    }
  }

  /** A file can't be read or written. */
  public static final class Storage extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public Storage(Path file, Throwable cause) {
      super(
          "host_storage_failed",
          "The file "
              + file
              + " can't be read or written: "
              + reason(cause)
              + ". Nothing else was changed. Check permissions and free space.");
      initCause(cause);
    }

    private static String reason(Throwable cause) {
      Throwable deepest = cause;
      while (deepest.getCause() != null) {
        deepest = deepest.getCause();
      }
      return deepest.getClass().getSimpleName() + " " + deepest.getMessage();
    }
  }
}
