package io.keymoor.manager.domain.delivery;

import io.keymoor.secret.SecretBytes;
import java.time.Instant;
import java.util.Optional;

/** One key that a cluster needs, or needed a moment ago. Used by its {@link ClusterKeys} only. */
final class Need {
  private Optional<SecretBytes> kek = Optional.empty();
  private Instant obtained = Instant.MIN;
  private boolean asked;
  private String failure = "";
  private int failures;
  private Instant nextTry = Instant.MIN;
  private Optional<Instant> idleSince = Optional.empty();
  private boolean ofTask;
  private boolean begun;

  /** The key, while somebody waits for it. */
  Optional<SecretBytes> kek() {
    return kek;
  }

  /** Takes the key over. */
  void obtained(SecretBytes key, Instant now) {
    release();
    kek = Optional.of(key);
    obtained = now;
    asked = false;
    failure = "";
    failures = 0;
    nextTry = Instant.MIN;
  }

  /** It could not be had; true when the reason is news. */
  boolean failed(String reason, DeliveryTiming timing, Instant now) {
    boolean news = !reason.equals(failure);
    asked = false;
    failure = reason;
    failures++;
    nextTry = now.plus(timing.pauseAfter(failures));
    return news;
  }

  /** Why it can't be had; empty when it can, or nobody tried. */
  String failure() {
    return failure;
  }

  /** Whether it is time to ask for it; the caller does so when this is true. */
  boolean ask(Instant now) {
    boolean due = kek.isEmpty() && !asked && !now.isBefore(nextTry);
    asked |= due;
    return due;
  }

  /** Whether it was asked for and the answer is not there. */
  boolean asked() {
    return asked;
  }

  /** Ends the pause before the next attempt. */
  void tryNow() {
    nextTry = Instant.MIN;
  }

  boolean keptSince(Instant then) {
    return kek.isPresent() && obtained.isBefore(then);
  }

  /** Erases the key. */
  void release() {
    kek.ifPresent(SecretBytes::close);
    kek = Optional.empty();
  }

  boolean needed() {
    return idleSince.isEmpty();
  }

  /** It is needed from now on; true when it was not. */
  boolean begin(boolean forTask) {
    boolean news = !begun || idleSince.isPresent();
    begun = true;
    idleSince = Optional.empty();
    ofTask = forTask;
    return news;
  }

  void idle(Instant now) {
    idleSince = idleSince.or(() -> Optional.of(now));
    ofTask = false;
  }

  boolean idleSince(Instant then) {
    return idleSince.filter(since -> !since.isAfter(then)).isPresent();
  }

  boolean ofTask() {
    return ofTask;
  }
}
