package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.host.testing.AgentProcess;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMainTest {
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir Path path;

  /** What a command printed and its exit status. */
  private record Said(int status, String out, String err) {}

  private static Said say(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        HostMain.execute(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
    return new Said(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "walk",
        "join",
        "join https://m --token x --token-file y",
        "run",
        "run --dir",
        "run --dir x --dir y",
        "join https://m --color red"
      })
  void aCommandLineThatMakesNoSenseIsAnsweredWithTheUsage(String line) {
    Said said = say(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err()).startsWith("keymoor host: ").contains("Usage:");
    assertThat(said.out()).isEmpty();
  }

  @Test
  void helpIsHelp() {
    Said said = say("run", "--help");
    assertThat(said.status()).isZero();
    assertThat(said.out()).contains("--hooks-dir", "/etc/libvirt/hooks");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void theDoctorSaysWhatToDoAndFails() {
    Said said =
        say("doctor", "--dir", path.resolve("none").toString(), "--libvirt", "test:///missing");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.out())
        .contains("fix   directory", "-> Run this as root; if there is no host yet")
        .contains("tpm");
    Said json =
        say(
            "doctor",
            "--json",
            "--dir",
            path.resolve("none").toString(),
            "--libvirt",
            "test:///missing");
    assertThat(json.status()).isEqualTo(1);
    assertThat(json.out()).startsWith("[{\"check\":\"libvirt\",\"level\":\"FIX\"");
  }

  private Path card(String name, UUID cluster, UUID host) {
    Path file = path.resolve(name);
    new HostCard(cluster, host, "kvm2", "qemu+tls://kvm2/system", "10.0.0.2").write(file);
    return file;
  }

  private Said migrate(Path to) {
    return say(
        "migrate",
        "web01",
        "--to",
        to.toString(),
        "--runtime-dir",
        path.toString(),
        "--libvirt",
        "test:///missing");
  }

  @Test
  void aVmIsSentWithTheAddressOfAnotherHostOfTheClusterAndNoOther() throws Exception {
    assertThat(say("address", "--runtime-dir", path.toString()).err())
        .contains("No VM comes to this host", "--migration-uri");
    assertThat(migrate(path.resolve("none")).err()).contains("There is no file");
    UUID own = UUID.randomUUID();
    Path another = card("another.json", LAB, UUID.randomUUID());
    assertThat(migrate(another).err()).contains("No VM leaves this host");
    card("address.json", LAB, own);
    assertThat(say("address", "--runtime-dir", path.toString()).out())
        .contains("qemu+tls://kvm2/system", own.toString());

    assertThat(migrate(Files.writeString(path.resolve("other"), "{}")).err())
        .contains("not what keymoor host address prints. The VM runs on here.");
    Path hostile = path.resolve("hostile");
    Files.writeString(
        hostile,
        Files.readString(another).replace("qemu+tls", "qemu+ext").replace("/system", "/x"));
    assertThat(migrate(hostile).err()).contains("not what keymoor host address prints");
    assertThat(migrate(card("own", LAB, own)).err()).contains("of this host itself");
    assertThat(migrate(card("far", UUID.randomUUID(), UUID.randomUUID())).err())
        .contains("in another cluster", "The VM runs on here");
    Said asked = migrate(another);
    assertThat(asked.status()).isEqualTo(1);
    assertThat(asked.err()).contains("libvirt at test:///missing can't be reached");
  }

  @Test
  void runWithoutAHostOrAGrantIsRefusedInWords() {
    Said nothing = say("run", "--dir", path.toString());
    assertThat(nothing.status()).isEqualTo(1);
    assertThat(nothing.err()).contains("holds no host", "keymoor host join");

    TestHost.initialised(path);
    Said noGrant = say("run", "--dir", path.toString());
    assertThat(noGrant.status()).isEqualTo(1);
    assertThat(noGrant.err()).contains("not joined a manager yet", "keymoor host token create");
  }

  @Test
  void anAgentThatIsKilledComesBackWithItsKeysAndCommands() throws Exception {
    byte[] clear = new byte[32];
    new SecureRandom().nextBytes(clear);
    try (FakeManager manager = new FakeManager()) {
      TestHost host = TestHost.enrolled(path.resolve("host"), manager);
      try (SecretBytes kdk = SecretBytes.takeOver(clear.clone());
          AgentProcess agent = nowhere(host)) {
        agent.awaitReady();
        manager.desire(1, manager.assignment(LAB, "lab", kdk));
        manager.command(new HostCommand.StartVm("c1", UUID.randomUUID()));
        await().atMost(LONG).untilAsserted(() -> assertThat(manager.progress()).isNotEmpty());
        agent.kill();
      }
      int reports = manager.reports().size();
      try (AgentProcess agent = nowhere(host)) {
        agent.awaitReady();
        await()
            .atMost(LONG)
            .untilAsserted(() -> {
              assertThat(manager.reports()).hasSizeGreaterThan(reports);
              assertThat(manager.reports().getLast().providers())
                  .extracting(ProviderReport::state)
                  .containsExactly(ProviderReport.State.READY);
            });
        assertThat(agent.terminate()).isZero();
        SecretForms.assertAbsent(Files.readAllBytes(agent.log()), clear);
        assertThat(Files.readString(agent.log())).contains("Connected with the manager");
      }
      host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
    }
  }

  /** An agent beside a libvirt that does not run. */
  private AgentProcess nowhere(TestHost host) {
    return AgentProcess.start(
        path.resolve("agent.log"),
        "run",
        "--dir",
        host.directory().path().toString(),
        "--libvirt",
        "qemu+unix:///system?socket=" + path.resolve("no-such-socket"),
        "--hooks-dir",
        path.resolve("hooks").toString(),
        "--runtime-dir",
        path.resolve("run").toString());
  }
}
