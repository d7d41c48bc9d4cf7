package io.keymoor.provider;

/**
 * Why something with a provider, a key or a key record cannot be done. Each has a stable {@link
 * #code()} for programs and a message for people that says what was wrong, what was left as it was
 * and what to do.
 */
public abstract sealed class ProviderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private ProviderException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** No provider has this name or id. */
  public static final class NotFound extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NotFound(String nameOrId) {
      super(
          "provider_not_found",
          "There is no key provider \""
              + nameOrId
              + "\". Nothing was changed. See which there are with: keymoor provider list");
    }
  }

  /** Another provider has the name, or had it. */
  public static final class NameTaken extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NameTaken(ProviderName name, boolean former) {
      super(
          "provider_name_taken",
          "The name \""
              + name
              + "\" "
              + (former
                  ? "was the name of another key provider, and objects may still look for it"
                      + " under that name"
                  : "is taken by another key provider")
              + ". Nothing was changed. Choose another name.");
    }
  }

  /** The name cannot be one. */
  public static final class InvalidName extends ProviderException {
    private static final long serialVersionUID = 1L;

    public InvalidName(String rule) {
      super(
          "provider_name_invalid",
          "A key provider's name " + rule + ". Nothing was changed. Choose another name.");
    }
  }

  /** A manager has 32 providers at most (P1). */
  public static final class LimitReached extends ProviderException {
    private static final long serialVersionUID = 1L;

    public LimitReached(int limit) {
      super(
          "provider_limit_reached",
          "This manager has "
              + limit
              + " key providers, which is the most it may have. Nothing was changed. Delete one"
              + " that nothing uses (keymoor provider usage NAME) first.");
    }
  }

  /** A native provider may not be used before its first backup (N1). */
  public static final class NotBackedUp extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NotBackedUp(ProviderName name) {
      super(
          "provider_not_backed_up",
          "The key provider \""
              + name
              + "\" has no backup yet, so nothing may be encrypted with it: losing its key would"
              + " lose the data. Nothing was changed. Back it up first: keymoor provider backup "
              + name
              + " --file "
              + name
              + ".p12");
    }
  }

  /** Nothing was named and there is no default. */
  public static final class NoDefault extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NoDefault() {
      super(
          "no_default_provider",
          "No key provider was named and there is no default one. Nothing was changed. Name one"
              + " with --provider, or set a default: keymoor provider set-default NAME");
    }
  }

  /** A standard provider was asked for what only native ones have. */
  public static final class NativeOnly extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NativeOnly(ProviderName name, String what) {
      super(
          "provider_is_standard",
          "Key provider \""
              + name
              + "\" is a standard one: its keys are in a KMS, and it has no "
              + what
              + ". Nothing was changed. Back up the KMS itself; what this manager knows of it is"
              + " shown by: keymoor provider show "
              + name);
    }
  }

  /** A native provider was asked for what only standard ones have. */
  public static final class StandardOnly extends ProviderException {
    private static final long serialVersionUID = 1L;

    public StandardOnly(ProviderName name) {
      super(
          "provider_is_native",
          "Key provider \""
              + name
              + "\" is a native one: it has no KMS. Nothing was changed. See which are standard"
              + " ones with: keymoor provider list");
    }
  }

  /** Same name, other key (N2). */
  public static final class NameHasOtherKey extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NameHasOtherKey(ProviderName name) {
      super(
          "provider_name_has_other_key",
          "A key provider called \""
              + name
              + "\" exists and has another key than this backup. Nothing was changed. Restore the"
              + " backup under another name with --name; objects find their provider by its id.");
    }
  }

  /** Same id, other key (N2). */
  public static final class IdHasOtherKey extends ProviderException {
    private static final long serialVersionUID = 1L;

    public IdHasOtherKey(ProviderName existing) {
      super(
          "provider_id_has_other_key",
          "The key provider \""
              + existing
              + "\" has the same id as this backup and another key; one of the two is not what it"
              + " says. Nothing was changed. Do not delete either: find out where this backup file"
              + " comes from.");
    }
  }

  /** The host may not have the key (N3). */
  public static final class TpmRequired extends ProviderException {
    private static final long serialVersionUID = 1L;

    public TpmRequired(ProviderName name) {
      super(
          "tpm_required",
          "TPM 2.0 required by provider "
              + name
              + ". Nothing was changed. Use a host with a TPM 2.0, or another provider.");
    }

    /**
     * With what is missing.
     *
     * @param why without a full stop
     * @param remedy what to do, sentences
     */
    public TpmRequired(ProviderName name, String why, String remedy) {
      super(
          "tpm_required",
          "TPM 2.0 required by provider " + name + ": " + why + ". Nothing was changed. " + remedy);
    }
  }

  /** A key cannot be had now; the object that needs it is locked. */
  public static final class KeyUnavailable extends ProviderException {
    private static final long serialVersionUID = 1L;

    public KeyUnavailable(ProviderReference provider, KeyId key, String reason) {
      super(
          "key_unavailable",
          "The key "
              + key
              + " of key provider \""
              + provider.name()
              + "\" ("
              + provider.id()
              + ") cannot be had: "
              + reason);
    }
  }

  /** A KMS gave no new key; nothing was begun with it. */
  public static final class KeyNotIssued extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final boolean lasting;

    public KeyNotIssued(ProviderName provider, String reason) {
      this(provider, reason, false);
    }

    /** As the other; {@code lasting} where it stays so until a person changes something. */
    public KeyNotIssued(ProviderName provider, String reason, boolean lasting) {
      super(
          "key_not_issued",
          "No key could be had from key provider \""
              + provider
              + "\": "
              + reason
              + ". Nothing was started. See how its KMS stands with: keymoor provider check "
              + provider);
      this.lasting = lasting;
    }

    /** Whether asking again gives the same until a person changes something. */
    public boolean isLasting() {
      return lasting;
    }
  }

  /** A KMS was asked for a key and its answer was lost; nothing was begun with it. */
  public static final class KeyOutcomeUnknown extends ProviderException {
    private static final long serialVersionUID = 1L;

    public KeyOutcomeUnknown(ProviderName provider, String reason) {
      super(
          "key_outcome_unknown",
          "Key provider \""
              + provider
              + "\" was asked for a key and "
              + reason
              + ". Nothing was started with it. Try again: a new key is asked for, and one that was"
              + " made unseen is listed by: keymoor key list "
              + provider);
    }
  }

  /** Servers of a KMS can't be used as they are asked to be. */
  public static final class KmsNotUsable extends ProviderException {
    private static final long serialVersionUID = 1L;

    public KmsNotUsable(String what) {
      super("kms_not_usable", what);
    }
  }

  /** A key record is not one, or was changed by somebody without the key. */
  public static final class RecordDamaged extends ProviderException {
    private static final long serialVersionUID = 1L;

    public RecordDamaged(String what) {
      super("key_record_damaged", "The key record is damaged: " + what + ".");
    }
  }

  /** A key record was written by a newer software. */
  public static final class RecordFromNewerVersion extends ProviderException {
    private static final long serialVersionUID = 1L;

    public RecordFromNewerVersion(long version) {
      super(
          "key_record_newer",
          "The key record has format version "
              + version
              + "; this software reads version 1. It was left as it is. Update Keymoor on this"
              + " host.");
    }
  }
}
