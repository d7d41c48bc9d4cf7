package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.KmsCheck;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What standard providers need to reach their KMS, and how that went. */
public interface KmsStore {
  /** Settings of a provider that was just inserted. */
  void insert(UUID provider, ProviderEntry.Mode mode, KmsSettings settings);

  /** The settings; absent for what is no standard provider. */
  Optional<KmsSettings> settings(UUID provider);

  /** As {@link #settings}; nobody else can change them until this transaction ends. */
  Optional<KmsSettings> lockedSettings(UUID provider);

  /** Replaces the settings. */
  void update(UUID provider, KmsSettings settings);

  /** Replaces what was found at the last look. */
  void saveChecks(UUID provider, List<KmsCheck> checks);

  /**
   * What was found at the last look, in the order of the servers; those never seen are not in it.
   */
  List<KmsCheck> checks(UUID provider);
}
