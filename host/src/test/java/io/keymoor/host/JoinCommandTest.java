package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.DumpKey;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JoinCommandTest {
  @TempDir Path path;

  private final FakeManager manager = new FakeManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private record Said(int status, String out, String err) {}

  private Said join(String input, InstantSource clock, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>(List.of("--dir", path.resolve("host").toString()));
    arguments.addAll(List.of(more));
    int status =
        HostMain.execute(
            new CommandLine(
                new JoinCommand(
                    new PrintStream(out, true, UTF_8),
                    new ByteArrayInputStream(input.getBytes(UTF_8)),
                    clock)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            arguments.toArray(String[]::new));
    return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Said join(String input, String... more) {
    return join(input, InstantSource.system(), more);
  }

  private TestHost host() {
    return new TestHost(new HostDirectory(path.resolve("host")));
  }

  @Test
  void aHostJoinsWithATokenFromStandardInputAndIsTheHostThatItsManagerKnows() {
    Said said = join(manager.token().text() + "\n", manager.url(), "--name", "kvm1");
    assertThat(said.err()).isEmpty();
    assertThat(said.status()).isZero();
    assertThat(said.out()).contains("\"kvm1\" joined the manager at " + manager.url());
    try (HostConfiguration configuration = host().configuration()) {
      assertThat(configuration.hostName()).isEqualTo("kvm1");
      assertThat(Enrolment.load(host().directory(), configuration).hostId())
          .isEqualTo(manager.hostId());
      assertThat(
              new DumpKey(host().directory(), configuration, manager.hostId(), new SecureRandom())
                  .publicKey())
          .as("dumps can be written from now on")
          .isPresent();
    }
  }

  @Test
  void aHostThatJoinsOnceMoreKeepsItsKeys() throws IOException {
    Path token = path.resolve("token");
    Files.writeString(token, manager.token().text());
    join("", manager.url(), "--name", "kvm1", "--token-file", token.toString());
    String sealing = host().request().sealingPublicKey();
    assertThat(join("", manager.url(), "--token", manager.token().text()).status()).isZero();
    assertThat(host().request().sealingPublicKey()).isEqualTo(sealing);

    Said other = join(manager.token().text(), manager.url(), "--name", "kvm2");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("holds the host \"kvm1\" already");
    assertThat(manager.joined()).hasSize(2);
  }

  @Test
  void theTokenOfAnotherManagerIsNotSent() {
    try (FakeManager other = new FakeManager()) {
      Said said = join(other.token().text(), manager.url(), "--name", "kvm1");
      assertThat(said.status()).isEqualTo(1);
      assertThat(said.err())
          .contains("somebody answers in its place")
          .contains("The token was not sent")
          .doesNotContain(other.token().secret());
      assertThat(manager.joined()).isEmpty();
      assertThat(host().directory().grant()).doesNotExist();
    }
  }

  @Test
  void aFingerprintThatIsNotTheTokensIsRefusedAndTheRightOneInAnyFormIsNot() {
    Said said =
        join(manager.token().text(), manager.url(), "--fingerprint", "sha256:" + "ab".repeat(32));
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.err()).contains("not of the one with sha256:abab");
    assertThat(manager.joined()).isEmpty();
    String right =
        "SHA256:" + manager.token().authority().replace(":", "").toLowerCase(java.util.Locale.ROOT);
    assertThat(
            join(manager.token().text(), manager.url(), "--name", "k", "--fingerprint", right)
                .status())
        .isZero();
  }

  @Test
  void aWrongClockIsToldBeforeTheTokenIsUsed() {
    for (Duration off : List.of(Duration.ofMinutes(-130), Duration.ofMinutes(30))) {
      Said said =
          join(
              manager.token().text(),
              InstantSource.offset(InstantSource.system(), off),
              manager.url(),
              "--name",
              "kvm1");
      assertThat(said.status()).isEqualTo(1);
      assertThat(said.err())
          .contains("This host's clock is")
          .contains(off.isNegative() ? "minutes behind" : "minutes ahead of")
          .contains("The token was not used");
    }
    assertThat(manager.joined()).isEmpty();
  }

  @Test
  void whateverElseIsWrongIsToldInWords() {
    String token = manager.token().text();
    assertThat(join("", manager.url()).err()).contains("This is no join token: it does not begin");
    assertThat(join(token.substring(0, 50), manager.url()).err()).contains("it was cut short");
    assertThat(join(token, "http://127.0.0.1").err()).contains("looks like https://");
    assertThat(join(token, "https://127.0.0.1/path").err()).contains("looks like https://");
    assertThat(join("", manager.url(), "--token-file", path.resolve("none").toString()).err())
        .contains("The token can't be read: NoSuchFileException");
    manager.goAway();
    assertThat(join(token, manager.url(), "--name", "kvm1").err())
        .contains("nothing listens there")
        .contains("the same command may be repeated");
  }
}
