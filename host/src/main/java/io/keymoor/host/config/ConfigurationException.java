package io.keymoor.host.config;

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
              + " is missing. Nothing was changed. Make one with: keymoor host init --dir "
              + directory
              + " --name NAME ; or put the file back from your backup.");
    }
  }

  /** The administrator has not enrolled the host yet. */
  public static final class GrantMissing extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public GrantMissing(Path directory, Path request, Path grant) {
      super(
          "host_not_enrolled",
          "This host is not enrolled yet: "
              + grant
              + " is missing. Take "
              + request
              + " to the manager and run there: keymoor host add "
              + request.getFileName()
              + " --cluster CLUSTER --out "
              + grant.getFileName()
              + " ; put the grant into "
              + directory
              + " and start again.");
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
              + " It was left as it is. Write this host's request with: keymoor host request --dir "
              + grant.getParent()
              + " ; then, on the manager: keymoor host add host-request.json --cluster CLUSTER --out"
              + " host-grant.json, or keymoor host enrol-again for a host that it has.");
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
