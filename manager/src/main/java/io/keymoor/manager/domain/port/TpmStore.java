package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.TpmAuthority;
import io.keymoor.manager.domain.model.TpmRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** TPMs of hosts, and who vouches for them. */
public interface TpmStore {
  /** The record of a host, an empty one at first, which nobody else changes meanwhile. */
  TpmRecord lock(UUID host);

  void save(TpmRecord record);

  /** Those of hosts that proved to have a TPM, which nobody else changes meanwhile. */
  List<TpmRecord> lockProved();

  /**
   * The host that proved to have this endorsement key; nobody else becomes that until this
   * transaction ends.
   */
  Optional<UUID> lockHolder(String fingerprint);

  /** By subject. */
  List<TpmAuthority> authorities();

  /** False when it is there. */
  boolean add(TpmAuthority authority);

  /** False when it is not there. */
  boolean remove(String fingerprint);
}
