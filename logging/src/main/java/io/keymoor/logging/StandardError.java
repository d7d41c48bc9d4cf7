package io.keymoor.logging;

import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Where SLF4J's messages go: one line each to the standard error of the process. Nothing is read,
 * scanned or configured, so that the first message of a fresh process costs what a line costs.
 *
 * <p>The product's own messages are shown from INFO on, or from the level that the system property
 * {@value #LEVEL} names; those of the libraries from WARN on. Thread-safe.
 */
public final class StandardError implements SLF4JServiceProvider {
  /** The property: {@code trace}, {@code debug}, {@code info}, {@code warn} or {@code error}. */
  public static final String LEVEL = "keymoor.log.level";

  private static final String PRODUCT = "io.keymoor.";
  private static final String API = "2.0.99";

  private final ILoggerFactory loggers = new Loggers(ownLevel(System.getProperty(LEVEL, "")));
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** For SLF4J, which finds it by its name. */
  public StandardError() {}

  /** A word that is no level means the usual one: a message too many harms nobody. */
  static Level ownLevel(String word) {
    for (Level level : Level.values()) {
      if (level.name().toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT))) {
        return level;
      }
    }
    return Level.INFO;
  }

  /**
   * Makes each logger once.
   *
   * @param own from which level on the product's own messages are shown
   */
  private record Loggers(Level own, ConcurrentMap<String, Logger> made) implements ILoggerFactory {
    Loggers(Level own) {
      this(own, new ConcurrentHashMap<>());
    }

    @Override
    public Logger getLogger(String name) {
      return made.computeIfAbsent(name, this::make);
    }

    private Logger make(String name) {
      Level threshold = name.startsWith(PRODUCT) ? own : Level.WARN;
      return new LineLogger(name, threshold, InstantSource.system());
    }
  }

  @Override
  public void initialize() {
    // Everything is there from the beginning.
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return API;
  }
}
