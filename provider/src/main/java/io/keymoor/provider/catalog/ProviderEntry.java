package io.keymoor.provider.catalog;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A provider as the manager knows it; its keys are elsewhere.
 *
 * @param id its id, for ever
 * @param name its present name
 * @param formerNames names it had; they stay aliases (R13)
 * @param kind what it is, native or standard
 * @param created when it was made or restored here
 */
public record ProviderEntry(
    UUID id, ProviderName name, List<ProviderName> formerNames, Kind kind, Instant created) {
  /** What a provider is. */
  public sealed interface Kind {
    /** How records and messages name it. */
    ProviderType type();
  }

  /**
   * Keys are derived on hosts from a KDK.
   *
   * @param tpmRequired only hosts with a TPM 2.0 may have its key (N3)
   * @param keyCheck check value of its KDK
   * @param backedUp when a backup was last downloaded whole; absent before the first (N1)
   */
  public record Native(boolean tpmRequired, KeyCheckValue keyCheck, Optional<Instant> backedUp)
      implements Kind {
    @Override
    public ProviderType type() {
      return ProviderType.NATIVE;
    }
  }

  /**
   * Keys are in a KMS.
   *
   * @param mode what is there
   */
  public record Standard(Mode mode) implements Kind {
    @Override
    public ProviderType type() {
      return ProviderType.STANDARD;
    }
  }

  /** What a KMS holds for a standard provider; chosen when it is made, never changed (K4). */
  public sealed interface Mode {}

  /** One KEK for each object (K2). */
  public record KeyPerObject() implements Mode {}

  /**
   * One key that wraps KEKs made here, which rest beside their objects (K4).
   *
   * @param rotation after how long a new one takes its place; absent for never
   * @param place who wraps with it
   */
  public record WrappingKey(Optional<Duration> rotation, Place place) implements Mode {
    /** One with which the manager wraps. */
    public WrappingKey(Optional<Duration> rotation) {
      this(rotation, Place.MANAGER);
    }
  }

  /** Where keys are wrapped under a wrapping key. */
  public enum Place {
    /** In the manager, which fetches the wrapping key for as long as a call works with it. */
    MANAGER,
    /** In the KMS, which the wrapping key never leaves. */
    KMS
  }

  public ProviderEntry {
    formerNames = List.copyOf(formerNames);
  }

  /** How records and messages name what it is. */
  public ProviderType type() {
    return kind.type();
  }

  /** Whether only hosts with a TPM 2.0 may have its key (N3). */
  public boolean tpmRequired() {
    return kind instanceof Native it && it.tpmRequired();
  }

  /** The KDK's check value, of a native provider. */
  public Optional<KeyCheckValue> keyCheck() {
    return kind instanceof Native it ? Optional.of(it.keyCheck()) : Optional.empty();
  }

  /** What objects remember of it. */
  public ProviderReference reference() {
    return new ProviderReference(id, name, type());
  }

  /** Whether it is or was called so. */
  public boolean answersTo(ProviderName wanted) {
    return name.equals(wanted) || formerNames.contains(wanted);
  }

  ProviderEntry renamed(ProviderName newName) {
    List<ProviderName> former = new ArrayList<>(formerNames);
    former.remove(newName);
    if (!name.equals(newName)) {
      former.add(name);
    }
    return new ProviderEntry(id, newName, former, kind, created);
  }

  ProviderEntry with(Kind other) {
    return new ProviderEntry(id, name, formerNames, other, created);
  }
}
