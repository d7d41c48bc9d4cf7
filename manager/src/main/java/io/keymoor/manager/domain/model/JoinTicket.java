package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A join token as the manager knows it: by the hash of its secret.
 *
 * @param id by which it is listed and revoked
 * @param hash of the secret, hexadecimal
 * @param target whom it lets in
 * @param createdBy the administrator who vouches for the host
 * @param created when it was made
 * @param expires from when on it opens nothing
 * @param use what it was used for, once it was
 */
public record JoinTicket(
    UUID id,
    String hash,
    Target target,
    String createdBy,
    Instant created,
    Instant expires,
    Optional<Use> use) {
  /** Whom a token lets in. */
  public sealed interface Target {
    /** A new host, into this cluster. */
    record NewHost(UUID cluster) implements Target {}

    /**
     * A host that exists, for a new certificate.
     *
     * @param reinstalled whether it has lost its former keys
     */
    record KnownHost(UUID host, boolean reinstalled) implements Target {}
  }

  /**
   * The one use of a token.
   *
   * @param at when
   * @param host the host that it let in
   * @param hostName its name then
   * @param keys SHA-256 over the keys that the host showed: it alone may ask again
   */
  public record Use(Instant at, UUID host, String hostName, String keys) {}

  /** What audit events call it. */
  public ObjectRef ref() {
    return new ObjectRef("join token", id.toString(), id.toString());
  }

  /** Used for this. */
  public JoinTicket used(Use once) {
    return new JoinTicket(id, hash, target, createdBy, created, expires, Optional.of(once));
  }
}
