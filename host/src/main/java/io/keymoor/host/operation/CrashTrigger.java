package io.keymoor.host.operation;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Told of every {@link CrashPoint} that is reached, so that tests can end the agent there.
 *
 * <p>Agents in use have {@link #NONE}. A test of whole processes names a point in the environment
 * variable {@value #VARIABLE}, or the system property {@value #PROPERTY}: the agent then ends there
 * as by {@code kill -9}, without any clean-up. That loses nothing, which is what the tests prove.
 */
@FunctionalInterface
public interface CrashTrigger {
  /** Name of the environment variable. */
  String VARIABLE = "KEYMOOR_CRASH_POINT";

  /** Name of the system property, which goes before the environment variable. */
  String PROPERTY = "keymoor.crash.point";

  /** Exit status of an agent that ended at a crash point: that of a process killed by SIGKILL. */
  int EXIT_STATUS = 137;

  /** Never does anything. */
  CrashTrigger NONE = point -> {};

  /** Called when a point is reached; whatever is thrown stands for the end of the process. */
  void reached(CrashPoint point);

  /**
   * What the environment asks for.
   *
   * @throws IllegalArgumentException when it names no crash point; the message lists them
   */
  static CrashTrigger fromEnvironment() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
        .filter(name -> !name.isEmpty())
        .map(CrashTrigger::haltingAt)
        .orElse(NONE);
  }

  private static CrashTrigger haltingAt(String name) {
    CrashPoint fatal =
        Arrays.stream(CrashPoint.values())
            .filter(point -> point.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    return point -> {
      if (point == fatal) {
        Runtime.getRuntime().halt(EXIT_STATUS);
      }
    };
  }

  private static String unknown(String name) {
    return "There is no crash point \""
        + name
        + "\" ("
        + VARIABLE
        + "); there are: "
        + Arrays.stream(CrashPoint.values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
