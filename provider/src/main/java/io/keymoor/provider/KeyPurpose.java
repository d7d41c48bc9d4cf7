package io.keymoor.provider;

import java.util.UUID;

/**
 * What a new KEK is for; a KMS administrator sees it as attributes of the key.
 *
 * @param kind kind of object
 * @param object the object's id
 * @param name the object's name
 */
public record KeyPurpose(Kind kind, UUID object, String name) {
  /** The kinds of object that have KEKs of their own. */
  public enum Kind {
    VIRTUAL_MACHINE,
    HOST,
    DATASTORE_DEVICE,
    /** A provider itself: the key that wraps its KEKs (K4). */
    KEY_PROVIDER
  }
}
