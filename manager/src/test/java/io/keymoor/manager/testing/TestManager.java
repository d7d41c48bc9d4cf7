package io.keymoor.manager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.manager.app.ManagerMain;
import io.keymoor.manager.app.ManagerServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes and runs managers in directories of a test. */
public final class TestManager {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TestManager() {}

  /** Makes a directory as the command does, then sets what {@code settings} says. */
  public static void init(Path directory, Map<String, Object> settings) {
    java(
        new ArrayList<>(List.of("init", "--dir", directory.toString(), "--port", "0")),
        directory.resolveSibling("init.log"));
    try {
      Path file = directory.resolve("manager.json");
      ObjectNode config = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
      // Unpacking the server's programs once is enough for all tests.
      Path binaries = Path.of("target", "postgres-binaries").toAbsolutePath();
      config.put("postgres_binaries", binaries.toString());
      settings.forEach((name, value) -> config.set(name, JSON.valueToTree(value)));
      Files.write(file, JSON.writeValueAsBytes(config));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Starts a manager in this process. */
  public static ManagerServer start(Path directory) {
    return ManagerServer.start(directory, Clock.systemUTC(), new SecureRandom());
  }

  /**
   * Makes another manager of the same estate: the same root key, CA and configuration, on a port of
   * its own. Both need the same external database.
   */
  public static void another(Path first, Path second) {
    try {
      Files.createDirectories(second);
      for (String part : List.of("root.key", "manager.json", "pki", "admin")) {
        copy(first.resolve(part), second.resolve(part));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    if (Files.isDirectory(from)) {
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          copy(file, to.resolve(file.getFileName()));
        }
      }
    }
  }

  /** Starts a manager in a process of its own and waits until it is ready. */
  public static Process startProcess(Path directory) {
    return startProcess(directory, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
  }

  /** The same, with these flags of the Java runtime. */
  public static Process startProcess(Path directory, List<String> flags) {
    try {
      Process process =
          new ProcessBuilder(command(flags, List.of("run", "--dir", directory.toString())))
              .redirectError(
                  ProcessBuilder.Redirect.appendTo(
                      directory.resolveSibling("manager.log").toFile()))
              .start();
      BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      String line = String.valueOf(out.readLine());
      if (!line.startsWith("Keymoor manager ready at https://")) {
        throw new AssertionError(
            line + "\n" + Files.readString(directory.resolveSibling("manager.log")));
      }
      return process;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void java(List<String> arguments, Path log) {
    try {
      int code =
          new ProcessBuilder(
                  command(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), arguments))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (code != 0) {
        throw new AssertionError(Files.readString(log));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> command(List<String> flags, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            ManagerMain.class.getName()));
    command.addAll(arguments);
    return command;
  }
}
