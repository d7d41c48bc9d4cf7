package io.keymoor.host.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.HostMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, which can be killed. */
public final class AgentProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Path log;

  private AgentProcess(Process process, Path log) {
    this.process = process;
    this.out = process.inputReader(UTF_8);
    this.log = log;
  }

  /** Starts HostMain with these arguments; what it logs is appended to {@code log}. */
  public static AgentProcess start(Path log, String... arguments) {
    return start(Map.of(), log, arguments);
  }

  /** Likewise, with additional variables in its environment. */
  public static AgentProcess start(Map<String, String> environment, Path log, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                HostMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new AgentProcess(builder.start(), log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Waits for the one line that says that it is ready. */
  public void awaitReady() throws IOException {
    assertThat(out.readLine()).contains("is ready");
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM; the exit status. */
  public int terminate() throws InterruptedException {
    process.destroy();
    return awaitExit();
  }

  /** Waits for its end; the exit status. */
  public int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the agent ends").isTrue();
    return process.exitValue();
  }

  /** What it logged. */
  public Path log() {
    return log;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
