package io.keymoor.kms.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose certificate is whose, as the database said within the last second.
 *
 * <p>Managers of virtual machines open a connection for each job, and asking the database twice
 * costs as much as the TLS handshake. So a client that was removed may connect for one second more,
 * on every node; one that was added may at once. Thread-safe.
 */
public final class RecentClients {
  private static final long NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MANY = 4096;

  private final Clients clients;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Known(Clients.Entry entry, long at) {
    boolean isFresh(long now) {
      return now - at < NANOS;
    }
  }

  public RecentClients(Clients clients) {
    this.clients = clients;
  }

  /** The client that may show the certificate with this fingerprint. */
  public Optional<Clients.Entry> byCertificate(String fingerprint) {
    long now = System.nanoTime();
    Known seen = known.get(fingerprint);
    if (seen != null && seen.isFresh(now)) {
      return Optional.of(seen.entry());
    }
    Optional<Clients.Entry> found = clients.byCertificate(fingerprint);
    if (known.size() >= MANY) {
      known.values().removeIf(one -> !one.isFresh(now));
    }
    found.ifPresentOrElse(
        entry -> known.put(fingerprint, new Known(entry, now)), () -> known.remove(fingerprint));
    return found;
  }
}
