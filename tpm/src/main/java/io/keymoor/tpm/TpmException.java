package io.keymoor.tpm;

/**
 * Why a TPM did not do what was asked. {@link #code()} is stable, for programs; the message is a
 * sentence for people and never holds a secret. Nothing was changed, in the TPM or outside.
 */
public abstract sealed class TpmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private TpmException(String code, String message) {
    super(message);
    this.code = code;
  }

  private TpmException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** No TPM answers. */
  public static final class Absent extends TpmException {
    private static final long serialVersionUID = 1L;

    Absent(String tcti) {
      super(
          "tpm_absent",
          "No TPM 2.0 answers at "
              + tcti
              + ". Enable it in the firmware, check that /dev/tpmrm0 exists and that this user may"
              + " open it (group tss); nothing was changed.");
    }
  }

  /** tpm2-tools are not installed. */
  public static final class ToolsMissing extends TpmException {
    private static final long serialVersionUID = 1L;

    ToolsMissing(String tool) {
      super(
          "tpm_tools_missing",
          "The program "
              + tool
              + " is not installed, so the TPM can't be used. Install it with: apt-get install"
              + " tpm2-tools");
    }
  }

  /** The blob belongs to another TPM, or to this one before it was cleared. */
  public static final class Foreign extends TpmException {
    private static final long serialVersionUID = 1L;

    Foreign() {
      super(
          "tpm_foreign",
          "This TPM is not the one that sealed the secret, or it was cleared since; it can never"
              + " open it. Use the machine that sealed it, or the recovery copy of the secret;"
              + " nothing was changed.");
    }
  }

  /** The machine did not boot as it did when the secret was sealed. */
  public static final class PcrsChanged extends TpmException {
    private static final long serialVersionUID = 1L;

    PcrsChanged(PcrSelection pcrs) {
      super(
          "tpm_pcrs_changed",
          "The TPM does not open the secret, because the registers "
              + pcrs.text()
              + " are not as they were when it was sealed: firmware, Secure Boot or the boot loader"
              + " changed. Boot the machine as before, or use the recovery copy of the secret and"
              + " seal it again; nothing was changed.");
    }
  }

  /** What is to be opened was sealed before something that was sealed since. */
  public static final class RolledBack extends TpmException {
    private static final long serialVersionUID = 1L;

    RolledBack() {
      super(
          "tpm_rolled_back",
          "The TPM does not open the secret, because its counter went on since this was sealed: the"
              + " file is an old one that was put back. Put the newest one there, or use the"
              + " recovery copy of the secret; nothing was changed.");
    }
  }

  /** The counter that ends the life of older blobs is not in the TPM. */
  public static final class CounterGone extends TpmException {
    private static final long serialVersionUID = 1L;

    CounterGone() {
      super(
          "tpm_counter_gone",
          "The TPM does not open the secret, because the counter that belongs to it was removed from"
              + " the TPM or replaced. No TPM makes it again; use the recovery copy of the secret"
              + " and seal it again; nothing was changed.");
    }
  }

  /** No counter fits in the TPM. */
  public static final class NoRoom extends TpmException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super(
          "tpm_no_room",
          "The TPM has no room for a counter. tpm2_getcap handles-nv-index lists what is in it;"
              + " remove with tpm2_nvundefine what nobody needs; nothing was changed.");
    }
  }

  /** The signature is not the approver's. */
  public static final class NotApproved extends TpmException {
    private static final long serialVersionUID = 1L;

    NotApproved(String why) {
      super("tpm_not_approved", "The approval was not taken: " + why + "; nothing was changed.");
    }
  }

  /** The TPM refuses for a while, after wrong passwords of others. */
  public static final class Locked extends TpmException {
    private static final long serialVersionUID = 1L;

    Locked() {
      super(
          "tpm_locked",
          "The TPM is in lockout after too many wrong passwords. Wait until it recovers by itself"
              + " (tpm2_getcap properties-variable says when) or reset it with: tpm2_dictionarylockout"
              + " --clear-lockout");
    }
  }

  /** The owner hierarchy has a password. */
  public static final class OwnerPassword extends TpmException {
    private static final long serialVersionUID = 1L;

    OwnerPassword() {
      super(
          "tpm_owner_password",
          "The TPM's owner hierarchy has a password, which Keymoor does not use. Remove it with"
              + " tpm2_changeauth -c owner -p PASSWORD, or choose another kind of root key; nothing"
              + " was changed.");
    }
  }

  /** The endorsement or the owner hierarchy has a password. */
  public static final class EndorsementPassword extends TpmException {
    private static final long serialVersionUID = 1L;

    EndorsementPassword(TpmException cause) {
      super(
          "tpm_endorsement_password",
          "The TPM's owner or endorsement hierarchy has a password, which Keymoor does not use, so"
              + " the TPM can't show what it is. Remove it with tpm2_changeauth -c endorsement -p"
              + " PASSWORD (-c owner likewise); nothing was changed.",
          cause);
    }
  }

  /** A challenge that another TPM was to answer, or for another key. */
  public static final class NotForThisTpm extends TpmException {
    private static final long serialVersionUID = 1L;

    NotForThisTpm(TpmException cause) {
      super(
          "tpm_challenge_foreign",
          "The TPM can't answer the challenge: it is for another TPM or another key of it. Nothing"
              + " was changed. Try again.",
          cause);
    }
  }

  /** The blob is none, was damaged, or is newer than this software. */
  public static final class Damaged extends TpmException {
    private static final long serialVersionUID = 1L;

    Damaged(String what) {
      super(
          "tpm_blob_damaged",
          "The sealed secret can't be read: "
              + what
              + ". Restore the file it is in from a backup; nothing was changed.");
    }

    Damaged(String what, Throwable cause) {
      this(what);
      initCause(cause);
    }
  }

  /** Something else, in the TPM's or the tools' own words. */
  public static final class Failed extends TpmException {
    private static final long serialVersionUID = 1L;

    Failed(String tool, String words) {
      super("tpm_failed", tool + " failed: " + words + ". Nothing was changed.");
    }

    Failed(String tool, String words, Throwable cause) {
      super("tpm_failed", tool + " failed: " + words + ". Nothing was changed.", cause);
    }
  }
}
