package io.keymoor.provider.standard;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The memory of every key that was asked of one KMS. What a method was told is durable when it
 * returns: a crash, or an answer that never came, leaves a request on record under whose mark the
 * KMS can be searched, instead of a key that nobody knows of. Thread-safe.
 */
public interface KeyLedger {
  /**
   * A request that is about to be sent.
   *
   * @param mark written on the key, so that it is found if its answer is lost
   * @param purpose what the key is for
   */
  record Intent(UUID mark, KeyPurpose purpose) {}

  /** These requests are about to be sent. */
  void asked(List<Intent> intents);

  /** These keys were made. */
  void made(Map<UUID, KeyId> byMark);

  /** These requests made nothing, for certain. */
  void notMade(Collection<UUID> marks);
}
