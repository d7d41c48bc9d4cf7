package io.keymoor.manager.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who wait for news. Take {@link #rings} first, look, and wait only for later rings: so
 * no ring is lost. A bell has rooms: who waits in one hears that room's rings and the whole bell's.
 * After {@link #close} nobody waits. Thread-safe; cheap on virtual threads.
 */
public final class Bell implements AutoCloseable {
  /** Carries rings to the other managers on the same database. */
  public interface Echo {
    /** No other manager is told. */
    Echo NONE =
        new Echo() {
          @Override
          public void rang(Optional<UUID> room) {}

          @Override
          public boolean hears() {
            return false;
          }
        };

    /** This bell rang here, in one room or in all. Never waits. */
    void rang(Optional<UUID> room);

    /** Whether rings of other managers arrive here at present. */
    boolean hears();
  }

  /** How long a waiter trusts a bell that does not ring for other managers' changes. */
  private static final Duration DEAF = Duration.ofSeconds(2);

  /**
   * How long it trusts one that does: a manager may be killed after its change, before its ring.
   */
  private static final Duration HEARING = Duration.ofSeconds(30);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private final Map<UUID, Bell> rooms = new ConcurrentHashMap<>();
  private final Echo echo;
  private final Optional<UUID> room;

  /** One for the bell and all its rooms. */
  private final AtomicBoolean closed;

  private long rings;

  /** A bell that no other manager hears. */
  public Bell() {
    this(Echo.NONE);
  }

  public Bell(Echo echo) {
    this(echo, Optional.empty(), new AtomicBoolean());
  }

  private Bell(Echo echo, Optional<UUID> room, AtomicBoolean closed) {
    this.echo = echo;
    this.room = room;
    this.closed = closed;
  }

  /** The bell of one room, such as a cluster. */
  public Bell in(UUID id) {
    return rooms.computeIfAbsent(id, _ -> new Bell(echo, Optional.of(id), closed));
  }

  /** How often it rang so far. */
  public long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes everybody, here and at the other managers. */
  public void ring() {
    heard();
    echo.rang(room);
  }

  /** Wakes everybody here: another manager's bell rang. */
  public void heard() {
    lock.lock();
    try {
      rings++;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
    rooms.values().forEach(Bell::heard);
  }

  /**
   * Waits until it rang after {@code heard}, or {@code most} is over, or this is interrupted or the
   * bell closed.
   *
   * @return whether it makes sense to look again: after an interruption or {@link #close} whatever
   *     would be looked at is being closed too
   */
  public boolean await(long heard, Duration most) {
    lock.lock();
    try {
      long left = most.toNanos();
      while (rings == heard && left > 0 && !closed.get()) {
        left = rung.awaitNanos(left);
      }
      return !closed.get();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits like {@link #await}, but no longer than this bell can be trusted to tell all news. */
  public boolean awaitNews(long heard, Duration most) {
    return await(heard, shorter(most, echo.hears() ? HEARING : DEAF));
  }

  /** Wakes everybody here for good; its owner ends. Other managers are not told. */
  @Override
  public void close() {
    closed.set(true);
    heard();
  }

  /** A pause during which somebody else may ring, in another process. */
  static Duration shorter(Duration one, Duration other) {
    return Duration.ofNanos(
        Math.min(TimeUnit.NANOSECONDS.convert(one), TimeUnit.NANOSECONDS.convert(other)));
  }
}
