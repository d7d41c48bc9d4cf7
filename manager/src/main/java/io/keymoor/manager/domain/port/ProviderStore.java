package io.keymoor.manager.domain.port;

import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.UUID;

/** Providers, their sealed keys and the defaults. */
public interface ProviderStore {
  /** The catalogue as it is. */
  ProviderCatalog catalog();

  /** The catalogue, which nobody else can change until this transaction ends. */
  ProviderCatalog lockedCatalog();

  /** A new native provider with its KDK, sealed under the root key. */
  void insert(ProviderEntry entry, byte[] sealedKdk);

  /** A new standard provider; its settings follow with {@link KmsStore#insert}. */
  void insert(ProviderEntry entry);

  /** Replaces everything of a provider but its key. */
  void update(ProviderEntry entry);

  /** Forgets a provider, its key, and that hosts have it. */
  void delete(UUID provider);

  /** Replaces all defaults by those of {@code catalog}. */
  void saveDefaults(ProviderCatalog catalog);

  /** The sealed KDK of a native provider that exists. */
  byte[] sealedKdk(UUID provider);
}
