package io.keymoor.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.crypto.stream.Recipient;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.HostSecrets;
import io.keymoor.host.dump.MemoryDump;
import io.keymoor.host.dump.SealedOutput;
import io.keymoor.host.testing.AgentProcess;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.process.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed in the middle, a dump and a bundle leave nothing in clear, and the next one works. */
class DumpKilledTest {
  private static final String MARKER = "clear memory of the guest ";
  private static final long SOME = 4 << 20;
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir Path path;
  private final FakeManager manager = new FakeManager();

  @BeforeEach
  void enrol() throws IOException {
    TestHost.enrolled(path.resolve("host"), manager);
    Files.createDirectory(path.resolve("out"));
    Files.createDirectory(path.resolve("run"));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** A guest without end for a process that is killed, a short one for the test itself. */
  static final class Dumping {
    private Dumping() {}

    public static void main(String[] arguments) throws IOException {
      dump(Path.of(arguments[0]), true);
    }

    static void dump(Path path, boolean endless) throws IOException {
      HostSecrets secrets =
          new HostSecrets(
              new HostDirectory(path.resolve("host")), path.resolve("run"), new SecureRandom());
      new SealedOutput(
              path.resolve("out/dump"),
              "memory-dump",
              List.of(new Recipient.KeyOwner(secrets.publicKey().orElseThrow())))
          .write(
              new MemoryDump(guest(endless), UUID.randomUUID(), path.resolve("run")),
              new SecureRandom());
    }

    private static Hypervisor guest(boolean endless) {
      byte[] memory = MARKER.repeat(1000).getBytes(UTF_8);
      return (Hypervisor)
          Proxy.newProxyInstance(
              Hypervisor.class.getClassLoader(),
              new Class<?>[] {Hypervisor.class},
              (_, _, arguments) -> {
                try (OutputStream pipe = Files.newOutputStream((Path) arguments[1])) {
                  do {
                    pipe.write(memory);
                  } while (endless);
                } catch (IOException failure) {
                  throw new UncheckedIOException(failure);
                }
                return null;
              });
    }
  }

  private List<Path> files(String place) {
    try (Stream<Path> all = Files.walk(path.resolve(place))) {
      return all.filter(file -> !file.equals(path.resolve(place))).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void awaitSome() {
    await()
        .atMost(LONG)
        .until(() -> files("out").stream().anyMatch(file -> file.toFile().length() > SOME));
  }

  private void assertNothingInClear() throws IOException {
    for (Path file : files("")) {
      if (Files.isRegularFile(file)) {
        assertThat(Files.readString(file, ISO_8859_1)).as("%s", file).doesNotContain(MARKER);
      }
    }
  }

  private String opened(String name) throws IOException {
    Path clear = path.resolve("clear");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        HostMain.execute(
            new PrintStream(said, true, UTF_8),
            new PrintStream(said, true, UTF_8),
            "decrypt-bundle",
            path.resolve("out").resolve(name).toString(),
            "--out",
            clear.toString(),
            "--dir",
            path.resolve("host").toString(),
            "--runtime-dir",
            path.resolve("run").toString());
    assertThat(status).as(said.toString(UTF_8)).isZero();
    return Files.readString(clear, ISO_8859_1);
  }

  @Test
  void aDump() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Dumping.class.getName(),
                path.toString()));
    Process dumping =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(path.resolve("log").toFile())
            .start();
    try {
      awaitSome();
    } finally {
      dumping.destroyForcibly();
    }
    assertThat(dumping.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(path.resolve("out/dump")).doesNotExist();
    assertNothingInClear();
    Dumping.dump(path, false);
    assertThat(opened("dump")).startsWith(MARKER);
    assertThat(files("out")).containsExactly(path.resolve("out/dump"));
    assertThat(files("run")).as("the killed one's pipe is gone too").isEmpty();
  }

  @Test
  void aBundle() throws Exception {
    Path log = path.resolve("endless.log");
    Program.of("mkfifo", log.toString()).output();
    try (AgentProcess bundling =
        AgentProcess.start(path.resolve("log"), bundle(log).toArray(String[]::new))) {
      Thread.ofVirtual().start(() -> feed(log));
      awaitSome();
      bundling.kill();
    }
    Files.delete(log);

    assertThat(path.resolve("out/bundle")).doesNotExist();
    assertNothingInClear();
    Path whole = Files.writeString(path.resolve("whole.txt"), "a line of the log");
    try (AgentProcess again =
        AgentProcess.start(path.resolve("log"), bundle(whole).toArray(String[]::new))) {
      assertThat(again.awaitExit()).isZero();
    }
    assertThat(opened("bundle")).startsWith("PK");
    assertThat(files("out")).containsExactly(path.resolve("out/bundle"));
  }

  private List<String> bundle(Path log) {
    return List.of(
        "support-bundle",
        "--dir",
        path.resolve("host").toString(),
        "--runtime-dir",
        path.resolve("run").toString(),
        "--libvirt",
        "test:///missing",
        "--log",
        log.toString(),
        "--out",
        path.resolve("out/bundle").toString());
  }

  /** Until its reader is gone; what can't be compressed, so that the bundle grows. */
  private static void feed(Path log) {
    SecureRandom random = new SecureRandom();
    byte[] noise = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(log)) {
      while (true) {
        random.nextBytes(noise);
        out.write(noise);
        out.write(MARKER.getBytes(UTF_8));
      }
    } catch (IOException readerGone) {
      assertThat(readerGone).isNotNull();
    }
  }
}
