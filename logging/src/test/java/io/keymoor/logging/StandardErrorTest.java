package io.keymoor.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class StandardErrorTest {
  private static final Instant EARLY = Instant.parse("2026-03-04T05:06:07.089999Z");

  @Test
  void slf4jFindsItAndNothingElse() {
    assertThat(LoggerFactory.getLogger("io.keymoor.any.Thing")).isInstanceOf(LineLogger.class);
  }

  @Test
  void aLineHasTheTimeInUtcTheLevelTheClassAndTheText() {
    assertThat(LogLine.of(EARLY, Level.INFO, "io.keymoor.host.Agent", "It is ready.", null))
        .isEqualTo("2026-03-04T05:06:07.089Z INFO  Agent: It is ready.\n");
    assertThat(LogLine.of(Instant.EPOCH, Level.ERROR, "plain", "", null))
        .isEqualTo("1970-01-01T00:00:00.000Z ERROR plain: \n");
  }

  @Test
  void theStackOfAFailureFollowsTheLineWithItsCause() {
    Exception failure = new IllegalStateException("outer", new IllegalArgumentException("inner"));

    assertThat(written(logger("io.keymoor.A", Level.INFO), it -> it.warn("Alas", failure)))
        .startsWith(
            "2026-03-04T05:06:07.089Z WARN  A: Alas\njava.lang.IllegalStateException: outer")
        .contains("\tat " + StandardErrorTest.class.getName())
        .contains("Caused by: java.lang.IllegalArgumentException: inner");
  }

  @Test
  void placeholdersAreFilledAndALastFailureIsOne() {
    String line =
        written(
            logger("io.keymoor.A", Level.INFO),
            it -> it.error("{} of {} in \u00fcber", 1, 2, new IllegalStateException("why")));

    assertThat(line)
        .contains("ERROR A: 1 of 2 in \u00fcber\n")
        .contains("IllegalStateException: why");
  }

  @Test
  void whatIsBelowTheLevelIsNotWritten() {
    assertThat(
            written(
                logger("io.keymoor.A", Level.WARN),
                it -> {
                  it.trace("no");
                  it.debug("no");
                  it.info("no {}", 1);
                }))
        .isEmpty();
    assertThat(written(logger("io.keymoor.A", Level.TRACE), it -> it.trace("yes"))).contains("yes");
  }

  @Test
  void librariesAreHeardFromWarningsOn() {
    Logger product = LoggerFactory.getLogger("io.keymoor.manager.Tasks");
    Logger library = LoggerFactory.getLogger("com.zaxxer.hikari.HikariDataSource");
    assertThat(product.isInfoEnabled()).isTrue();
    assertThat(product.isDebugEnabled()).isFalse();
    assertThat(library.isInfoEnabled()).isFalse();
    assertThat(library.isWarnEnabled()).isTrue();
  }

  @Test
  void theLevelIsAWordAndAWrongWordIsTheUsualOne() {
    assertThat(StandardError.ownLevel("debug")).isEqualTo(Level.DEBUG);
    assertThat(StandardError.ownLevel("Warn")).isEqualTo(Level.WARN);
    assertThat(StandardError.ownLevel("")).isEqualTo(Level.INFO);
    assertThat(StandardError.ownLevel("loud")).isEqualTo(Level.INFO);
  }

  private static Logger logger(String name, Level threshold) {
    return new LineLogger(name, threshold, InstantSource.fixed(EARLY));
  }

  private static String written(Logger logger, Consumer<Logger> saying) {
    PrintStream before = System.err;
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    System.setErr(new PrintStream(taken, false, UTF_8));
    try {
      saying.accept(logger);
    } finally {
      System.setErr(before);
    }
    return taken.toString(UTF_8);
  }
}
