package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Every key that was asked of a KMS; KEKs that were made here and wrapped are none of them. */
public interface KmsKeyStore {
  /** These are about to be asked for; they have no id yet. */
  void asked(List<KmsKey> keys);

  /** These were made. */
  void made(Map<UUID, KeyId> byMark, Instant when);

  /** These were not made, for certain. */
  void forget(Collection<UUID> marks);

  /** All of a provider that were not destroyed, oldest first. */
  List<KmsKey> of(UUID provider);

  /** Those asked for before {@code when} of which nobody knows whether they were made. */
  List<KmsKey> unanswered(UUID provider, Instant when);

  /** These were destroyed in the KMS. */
  void destroyed(UUID provider, Collection<KeyId> ids, Instant when);
}
