package io.keymoor.manager.store;

import io.keymoor.manager.domain.Bell;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the bells of all managers on one database ring together, with PostgreSQL's LISTEN and
 * NOTIFY, and shows them which managers live: each holds a lock in the database for as long as it
 * is connected ({@link #instance}).
 *
 * <p>A ring may be lost when a manager or the database dies; therefore nobody waits for rings
 * alone. Nothing of it is secret or believed: whoever hears a ring looks into the tables.
 * Thread-safe.
 */
public final class DatabaseNews implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseNews.class);
  private static final String CHANNEL = "keymoor_news";
  private static final Duration LISTEN_AT_ONCE = Duration.ofSeconds(10);

  /** Rings that come faster than this travel together. */
  private static final Duration GATHERED = Duration.ofMillis(10);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Database database;
  private final UUID instance = UUID.randomUUID();
  private final Map<String, Bell> bells = new ConcurrentHashMap<>();
  private final Set<String> pending = new LinkedHashSet<>();
  private final Semaphore waiting = new Semaphore(0);
  private final Thread listener =
      Thread.ofPlatform().name("database-news").daemon().unstarted(this::listen);
  private final Thread teller =
      Thread.ofPlatform().name("database-news-telling").daemon().unstarted(this::tell);
  private volatile boolean hearing;
  private volatile boolean closed;

  public DatabaseNews(Database database) {
    this.database = database;
  }

  /** A bell that rings at all managers when it rings at one. */
  public Bell bell(String name) {
    return bells.computeIfAbsent(
        name,
        _ ->
            new Bell(
                new Bell.Echo() {
                  @Override
                  public void rang(Optional<UUID> room) {
                    put(name + room.map(id -> " " + id).orElse(""));
                  }

                  @Override
                  public boolean hears() {
                    return hearing;
                  }
                }));
  }

  /** This process, for as long as it runs. */
  public UUID instance() {
    return instance;
  }

  public void start() {
    listener.start();
    teller.start();
  }

  private void put(String ring) {
    synchronized (pending) {
      if (!pending.add(ring)) {
        return;
      }
    }
    waiting.release();
  }

  private Set<String> taken() {
    synchronized (pending) {
      Set<String> rings = Set.copyOf(pending);
      pending.clear();
      return rings;
    }
  }

  private void tell() {
    try {
      while (!closed) {
        waiting.acquire();
        TimeUnit.NANOSECONDS.sleep(GATHERED.toNanos());
        waiting.drainPermits();
        Set<String> rings = taken();
        try {
          database.tell(CHANNEL, rings.stream().map(ring -> instance + " " + ring).toList());
        } catch (RuntimeException away) {
          // The others look by themselves after a while.
          LOG.debug("Other managers were not told of news", away);
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = database.lasting()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT pg_advisory_lock(" + instance.getMostSignificantBits() + ")");
          statement.execute("LISTEN " + CHANNEL);
        }
        hearing = true;
        // Whatever was told before is told now.
        bells.values().forEach(Bell::heard);
        hear(connection);
      } catch (SQLException away) {
        hearing = false;
        if (!closed) {
          LOG.warn("News of other managers do not arrive: {}", away.getMessage());
          pause();
        }
      }
    }
  }

  private void hear(Connection connection) throws SQLException {
    PGConnection postgres = connection.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] news = postgres.getNotifications((int) LISTEN_AT_ONCE.toMillis());
      if (news == null || news.length == 0) {
        // A connection that is dead without a word is noticed by this.
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT 1");
        }
        continue;
      }
      for (PGNotification one : news) {
        hear(one.getParameter());
      }
    }
  }

  /** {@code INSTANCE BELL [ROOM]}; what does not look so is somebody else's. */
  private void hear(String text) {
    String[] words = text.split(" ", -1);
    if (words.length < 2 || words[0].equals(instance.toString())) {
      return;
    }
    Bell bell = bells.get(words[1]);
    if (bell != null) {
      if (words.length == 2) {
        bell.heard();
      } else if (words[2].length() == instance.toString().length()) {
        room(words[2]).ifPresent(room -> bell.in(room).heard());
      }
    }
  }

  private static Optional<UUID> room(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** Wakes for good whoever waits for a bell here: the manager stops. */
  public void closeBells() {
    bells.values().forEach(Bell::close);
  }

  /** Tells nobody anything more; who waits looks by itself. */
  @Override
  public void close() {
    closed = true;
    teller.interrupt();
    listener.interrupt();
    database.endLasting();
    try {
      teller.join(Duration.ofSeconds(5));
      listener.join(Duration.ofSeconds(5));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
