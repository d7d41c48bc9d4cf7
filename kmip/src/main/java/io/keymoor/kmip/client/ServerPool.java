package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.ProtocolVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * What a client knows about one server: idle connections, agreed version, back-off. Thread-safe.
 */
final class ServerPool implements AutoCloseable {
  /**
   * Idle for longer than this, a connection is looked at before it is used: a Create on one whose
   * server just died has an unknown outcome, where another server could have been asked.
   */
  private static final long TRUSTED_IDLE_NANOS = Duration.ofMillis(50).toNanos();

  private record BackOff(long untilNanos, long lengthNanos) {}

  private final Endpoint server;
  private final ClientSettings settings;
  private final LongSupplier nanoTime;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicReference<Optional<BackOff>> backOff =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<ProtocolVersion>> version =
      new AtomicReference<>(Optional.empty());
  private final AtomicLong smoothedNanos = new AtomicLong();
  private volatile boolean closed;

  ServerPool(Endpoint server, ClientSettings settings, LongSupplier nanoTime) {
    this.server = server;
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  Endpoint server() {
    return server;
  }

  /** A connection that lay idle and is still alive. */
  Optional<Connection> takeIdle() {
    for (Connection found = idle.pollFirst(); found != null; found = idle.pollFirst()) {
      long since = found.idleNanos();
      if (since < settings.idleExpiry().toNanos()
          && (since < TRUSTED_IDLE_NANOS || found.isAlive())) {
        return Optional.of(found);
      }
      found.close();
    }
    return Optional.empty();
  }

  /** Keeps a connection for later; the latest used is the first to be used again. */
  void giveBack(Connection connection) {
    if (closed) {
      connection.close();
      return;
    }
    idle.addFirst(connection);
    if (closed) {
      close();
    }
  }

  /** Closes what lay idle too long. */
  void expire() {
    idle.removeIf(connection -> {
      boolean expired = connection.idleNanos() >= settings.idleExpiry().toNanos();
      if (expired) {
        connection.close();
      }
      return expired;
    });
  }

  Optional<ProtocolVersion> version() {
    return version.get();
  }

  void agreed(ProtocolVersion spoken) {
    version.set(Optional.of(spoken));
  }

  /** How long answers took of late, in nanoseconds; 0 before the first. */
  long smoothedNanos() {
    return smoothedNanos.get();
  }

  /** Notes how long an answer took; the latest counts for a fifth. */
  void took(long nanos) {
    smoothedNanos.updateAndGet(before -> before == 0 ? nanos : before - before / 5 + nanos / 5);
  }

  void succeeded() {
    if (backOff.get().isPresent()) {
      backOff.set(Optional.empty());
    }
  }

  /** Leaves the server alone for a while, twice as long as the time before. */
  void failed() {
    // A restarted server may be another version.
    version.set(Optional.empty());
    backOff.updateAndGet(before -> {
      long longest = settings.longestBackOff().toNanos();
      long length =
          before
              .map(last -> Math.min(last.lengthNanos() * 2, longest))
              .orElse(settings.firstBackOff().toNanos());
      return Optional.of(new BackOff(nanoTime.getAsLong() + length, length));
    });
  }

  /** Nanoseconds until it shall be tried again; 0 when it may be now. */
  long backOffLeft() {
    return backOff
        .get()
        .map(wait -> Math.max(0, wait.untilNanos() - nanoTime.getAsLong()))
        .orElse(0L);
  }

  @Override
  public void close() {
    closed = true;
    for (Connection found = idle.pollFirst(); found != null; found = idle.pollFirst()) {
      found.close();
    }
  }
}
