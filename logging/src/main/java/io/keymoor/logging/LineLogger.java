package io.keymoor.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes a message as one piece to whatever is the standard error now; messages of several threads
 * don't mix. Thread-safe.
 */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  private final Level threshold;
  private final transient InstantSource clock;

  LineLogger(String name, Level threshold, InstantSource clock) {
    this.name = name;
    this.threshold = threshold;
    this.clock = clock;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    String text = String.valueOf(MessageFormatter.basicArrayFormat(message, arguments));
    byte[] line = LogLine.of(clock.instant(), level, name, text, failure).getBytes(UTF_8);
    System.err.write(line, 0, line.length);
    System.err.flush();
  }

  private boolean shows(Level level) {
    return level.toInt() >= threshold.toInt();
  }

  @Override
  public boolean isTraceEnabled() {
    return shows(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return shows(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return shows(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return shows(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return shows(Level.ERROR);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }
}
