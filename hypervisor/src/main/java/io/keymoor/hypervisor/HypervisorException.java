package io.keymoor.hypervisor;

/**
 * Why something with libvirt, QEMU or another program could not be done. {@link #code()} is stable,
 * for programs; the message is a sentence for people and never holds a secret.
 */
public abstract sealed class HypervisorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private HypervisorException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  private HypervisorException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** libvirt's daemon can't be reached, or went away during the call. */
  public static final class Unavailable extends HypervisorException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String uri, String reason, Throwable cause) {
      super(
          "libvirt_unavailable",
          "libvirt at "
              + uri
              + " can't be reached: "
              + reason
              + ". Check that libvirtd runs on this host.",
          cause);
    }
  }

  /** libvirt has no such domain. */
  public static final class NoSuchDomain extends HypervisorException {
    private static final long serialVersionUID = 1L;

    public NoSuchDomain(String nameOrId) {
      super(
          "vm_not_found",
          "libvirt on this host has no domain "
              + nameOrId
              + ". See which there are with: virsh list --all");
    }
  }

  /** libvirt refused the call; its own words are in the message. */
  public static final class Refused extends HypervisorException {
    private static final long serialVersionUID = 1L;

    public Refused(String what, String libvirtsWords, Throwable cause) {
      super("libvirt_refused", what + ": " + libvirtsWords, cause);
    }
  }

  /** A domain's XML is not well-formed or lacks what every domain has. */
  public static final class MalformedDefinition extends HypervisorException {
    private static final long serialVersionUID = 1L;

    public MalformedDefinition(String what) {
      super("domain_malformed", "The domain's definition can't be used: " + what + ".");
    }
  }

  /** A program is missing, failed or took too long. */
  public static final class ProgramFailed extends HypervisorException {
    private static final long serialVersionUID = 1L;

    public ProgramFailed(String program, String reason) {
      super("program_failed", program + " failed: " + reason);
    }

    public ProgramFailed(String program, String reason, Throwable cause) {
      super("program_failed", program + " failed: " + reason, cause);
    }
  }
}
