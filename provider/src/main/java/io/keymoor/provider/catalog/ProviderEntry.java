package io.keymoor.provider.catalog;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A provider as the manager knows it; its key is elsewhere.
 *
 * @param id its id, for ever
 * @param name its present name
 * @param formerNames names it had; they stay aliases (R13)
 * @param type its kind
 * @param tpmRequired only hosts with a TPM 2.0 may have its key (N3)
 * @param keyCheck check value of its KDK
 * @param backedUp when a backup was last downloaded whole; absent before the first (N1)
 * @param created when it was made or restored here
 */
public record ProviderEntry(
    UUID id,
    ProviderName name,
    List<ProviderName> formerNames,
    ProviderType type,
    boolean tpmRequired,
    KeyCheckValue keyCheck,
    Optional<Instant> backedUp,
    Instant created) {
  public ProviderEntry {
    formerNames = List.copyOf(formerNames);
  }

  /** What objects remember of it. */
  public ProviderReference reference() {
    return new ProviderReference(id, name, type);
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
    return new ProviderEntry(id, newName, former, type, tpmRequired, keyCheck, backedUp, created);
  }

  ProviderEntry constrained(boolean required) {
    return new ProviderEntry(id, name, formerNames, type, required, keyCheck, backedUp, created);
  }

  ProviderEntry backedUpAt(Instant when) {
    return new ProviderEntry(
        id, name, formerNames, type, tpmRequired, keyCheck, Optional.of(when), created);
  }
}
