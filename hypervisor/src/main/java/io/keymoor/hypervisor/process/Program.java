package io.keymoor.hypervisor.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program with its arguments, ready to run.
 *
 * <p>Guarantees: no shell reads the arguments; the program sees the environment given here and
 * nothing of this process's; it is found in the system's usual directories whatever this process's
 * {@code PATH} says; what it says is kept up to a bound and read to the end; one that outlives its
 * time is killed with its children. Secrets go in through standard input only: arguments and
 * environment are readable by others under {@code /proc}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param file the program
 * @param arguments its arguments; hold no secret
 * @param directory where it runs
 * @param environment all of its environment
 * @param timeout how long {@link #run} lets it live
 */
public record Program(
    Path file,
    List<String> arguments,
    Optional<Path> directory,
    Map<String, String> environment,
    Duration timeout) {
  /** Where programs are looked for, also those of administrators. */
  public static final String SEARCH_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** What is kept of each of the two outputs, in bytes; more is read and dropped. */
  public static final int LARGEST_OUTPUT = 4 * 1024 * 1024;

  private static final int LARGEST_QUOTE = 600;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

  public Program {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /**
   * How a program ended and what it said, as UTF-8 text.
   *
   * @param exitCode its exit code; 128 and the signal when it was killed
   * @param output its standard output, up to {@link #LARGEST_OUTPUT}
   * @param errors its standard error, up to {@link #LARGEST_OUTPUT}
   */
  public record Outcome(int exitCode, String output, String errors) {}

  /** Where the program is, if it is installed. */
  public static Optional<Path> find(String name) {
    return Arrays.stream(SEARCH_PATH.split(":"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The program of this name in {@link #SEARCH_PATH}.
   *
   * @throws ProgramFailed when it is not installed
   */
  public static Program of(String name, String... arguments) {
    Path file =
        find(name)
            .orElseThrow(() ->
                new ProgramFailed(name, "it is not installed (looked in " + SEARCH_PATH + ")"));
    return at(file, arguments);
  }

  /** The program in this file. */
  public static Program at(Path file, String... arguments) {
    return new Program(
        file,
        List.of(arguments),
        Optional.empty(),
        Map.of("PATH", SEARCH_PATH, "LC_ALL", "C.UTF-8"),
        DEFAULT_TIMEOUT);
  }

  /** With more arguments after those it has. */
  public Program with(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new Program(file, all, directory, environment, timeout);
  }

  /** Running in another directory. */
  public Program in(Path where) {
    return new Program(file, arguments, Optional.of(where), environment, timeout);
  }

  /** With one variable more; it holds no secret. */
  public Program withVariable(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Program(file, arguments, directory, more, timeout);
  }

  /** With another time to live. */
  public Program within(Duration limit) {
    return new Program(file, arguments, directory, environment, limit);
  }

  /** The program's name, for messages. */
  public String name() {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  /** Runs it on empty input, to its end, whatever its exit code. */
  public Outcome run() {
    return run(new byte[0]);
  }

  /** Runs it on this input; the program need not read it all. */
  public Outcome run(byte[] input) {
    return runToEnd(input);
  }

  /** Runs it with the secret on its standard input, which then ends. The secret stays open. */
  public Outcome run(SecretBytes input) {
    return ClearBytes.read(input, this::runToEnd);
  }

  /**
   * Runs it and gives its standard output.
   *
   * @throws ProgramFailed when it ends with another exit code than 0, with what it said
   */
  public String output() {
    return output(run());
  }

  /** {@link #output()} with the secret on standard input. */
  public String output(SecretBytes input) {
    return output(run(input));
  }

  private String output(Outcome outcome) {
    if (outcome.exitCode() != 0) {
      throw new ProgramFailed(
          name(), "it ended with exit code " + outcome.exitCode() + said(outcome));
    }
    return outcome.output();
  }

  private static String said(Outcome outcome) {
    String words = outcome.errors().isBlank() ? outcome.output() : outcome.errors();
    String text = words.strip();
    return text.isEmpty()
        ? ""
        : ": " + (text.length() > LARGEST_QUOTE ? text.substring(0, LARGEST_QUOTE) + "…" : text);
  }

  ProcessBuilder builder() {
    List<String> command = new ArrayList<>();
    command.add(file.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    directory.ifPresent(where -> builder.directory(where.toFile()));
    return builder;
  }

  private Outcome runToEnd(byte[] input) {
    Process process = start();
    try (OutputStream stdin = process.getOutputStream()) {
      FutureTask<byte[]> output = reader(process.getInputStream(), name() + "-output");
      FutureTask<byte[]> errors = reader(process.getErrorStream(), name() + "-errors");
      FutureTask<Boolean> writer = writer(stdin, input);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ProgramFailed(name(), "it did not end within " + timeout.toSeconds() + " s");
      }
      // A child it left behind may hold the pipes open for ever.
      String said = new String(output.get(timeout.toMillis(), TimeUnit.MILLISECONDS), UTF_8);
      String complained = new String(errors.get(timeout.toMillis(), TimeUnit.MILLISECONDS), UTF_8);
      // The caller zeroes a secret as soon as this returns.
      writer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Outcome(process.exitValue(), said, complained);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailed(name(), "it was interrupted", e);
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new ProgramFailed(name(), "its output could not be read", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() {
    try {
      return builder().start();
    } catch (IOException e) {
      throw new ProgramFailed(name(), "it could not be started: " + e.getMessage(), e);
    }
  }

  private static FutureTask<byte[]> reader(InputStream stream, String threadName) {
    FutureTask<byte[]> task =
        new FutureTask<>(() -> {
          try (stream) {
            byte[] kept = stream.readNBytes(LARGEST_OUTPUT);
            stream.transferTo(OutputStream.nullOutputStream());
            return kept;
          }
        });
    Thread.ofVirtual().name(threadName).start(task);
    return task;
  }

  private static FutureTask<Boolean> writer(OutputStream stdin, byte[] input) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          try (stdin) {
            stdin.write(input);
            return true;
          } catch (IOException e) {
            // It ended, or closed its input, without reading all: its exit code says more.
            return false;
          }
        });
    Thread.ofVirtual().start(task);
    return task;
  }
}
