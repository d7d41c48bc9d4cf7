package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is on record of a host's TPM.
 *
 * @param host the host
 * @param proof what it proved; absent when nothing yet
 * @param trustedBy as in {@link TpmStanding}
 * @param approved fingerprint of the endorsement key that an administrator approved for this host
 * @param asked as in {@link TpmStanding}
 * @param trouble as in {@link TpmStanding}
 * @param keeps whether it keeps keys from before TPMs were attested
 * @param pending the challenge that it was given
 */
public record TpmRecord(
    UUID host,
    Optional<Proof> proof,
    Optional<String> trustedBy,
    Optional<String> approved,
    boolean asked,
    String trouble,
    boolean keeps,
    Optional<Pending> pending) {

  /**
   * An endorsement key, and its maker's certificate for it.
   *
   * @param fingerprint of the key
   * @param certificate DER; absent when there is none that is about this key
   */
  public record Shown(String fingerprint, Optional<Bytes> certificate) {}

  /**
   * That a host answered a challenge.
   *
   * @param shown for which key
   * @param sealingKey the host's, at that time
   * @param at when
   */
  public record Proof(Shown shown, String sealingKey, Instant at) {}

  /**
   * A challenge.
   *
   * @param shown for which key
   * @param digest SHA-256 of the answer, hexadecimal
   * @param expires until when
   */
  public record Pending(Shown shown, String digest, Instant expires) {}

  /** Given this challenge; one before it is void. */
  public TpmRecord challenged(Pending challenge) {
    return new TpmRecord(
        host, proof, trustedBy, approved, asked, trouble, keeps, Optional.of(challenge));
  }

  /** With a failure, which answers who asked, and without a challenge. */
  public TpmRecord failed(String sentence) {
    return new TpmRecord(
        host, proof, trustedBy, approved, false, sentence, keeps, Optional.empty());
  }

  /** With a proof instead of a challenge. */
  public TpmRecord proved(Proof fresh) {
    return new TpmRecord(
        host, Optional.of(fresh), trustedBy, approved, false, "", keeps, Optional.empty());
  }

  /** Trusted for this reason, or not; what is trusted keeps nothing for another reason. */
  public TpmRecord trusted(Optional<String> by) {
    return new TpmRecord(host, proof, by, approved, asked, trouble, keeps && by.isEmpty(), pending);
  }

  /** With another approval, or none. */
  public TpmRecord approved(Optional<String> fingerprint) {
    return new TpmRecord(host, proof, trustedBy, fingerprint, asked, trouble, keeps, pending);
  }

  /** To be proved anew. */
  public TpmRecord askedFor() {
    return new TpmRecord(host, proof, trustedBy, approved, true, trouble, keeps, pending);
  }

  /** Of a host whose configuration no TPM seals any more; what was approved stays so. */
  public TpmRecord without() {
    return new TpmRecord(
        host, Optional.empty(), Optional.empty(), approved, false, "", false, Optional.empty());
  }
}
