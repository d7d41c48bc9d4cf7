package io.keymoor.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.LinkJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID HOST = UUID.fromString("11111111-2222-4333-8444-555555555555");

  @TempDir Path path;

  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system(), RANDOM);

  private EnrolmentGrant grant(TestHost host, String url) {
    return new EnrolmentGrant(
        HOST,
        UUID.randomUUID(),
        url,
        Pem.certificate(authority.certificate()),
        Pem.certificate(
            authority.issueClient(
                CertificateRequest.parse(host.request().csrPem()).publicKey(), HOST.toString())));
  }

  private static void put(TestHost host, EnrolmentGrant grant) {
    SealedFile.replace(host.directory().grant(), LinkJson.write(grant));
  }

  private static Enrolment load(TestHost host) {
    try (HostConfiguration configuration = host.configuration()) {
      return Enrolment.load(host.directory(), configuration);
    }
  }

  private static void assertRefused(TestHost host, String code, String words) throws IOException {
    byte[] before = Files.readAllBytes(host.directory().grant());
    assertThatThrownBy(() -> load(host))
        .isInstanceOfSatisfying(
            ConfigurationException.GrantRefused.class,
            refused -> assertThat(refused.code()).isEqualTo(code))
        .hasMessageContaining(words)
        .hasMessageContaining("left as it is");
    assertThat(Files.readAllBytes(host.directory().grant())).isEqualTo(before);
  }

  @Test
  void aHostShowsPublicKeysOnlyAndIsKnownByItsGrant() throws IOException {
    TestHost host = TestHost.initialised(path);
    assertThat(host.request().name()).isEqualTo("kvm1");
    assertThat(Files.readString(host.directory().request())).doesNotContain("PRIVATE");
    put(host, grant(host, "https://manager.example:8443"));

    Enrolment enrolment = load(host);
    assertThat(enrolment.hostId()).isEqualTo(HOST);
    assertThat(enrolment.manager()).hasToString("https://manager.example:8443");
    try (HostConfiguration configuration = host.configuration()) {
      assertThat(configuration.hostId()).contains(HOST);
    }
  }

  @Test
  void aSecondInitIsRefusedAndChangesNothing() throws IOException {
    TestHost host = TestHost.initialised(path);
    byte[] before = Files.readAllBytes(host.directory().configuration());
    assertThatThrownBy(() -> TestHost.initialised(path))
        .isInstanceOf(ConfigurationException.AlreadyInitialised.class)
        .hasMessageContaining("\"kvm1\"")
        .hasMessageContaining("keymoor host run");
    assertThat(Files.readAllBytes(host.directory().configuration())).isEqualTo(before);
  }

  @Test
  void anInitThatWasKilledBeforeTheRequestCanBeRepeated() throws IOException {
    TestHost host = TestHost.initialised(path);
    Files.delete(host.directory().request());
    TestHost again = TestHost.initialised(path);
    put(again, grant(again, "https://127.0.0.1:1"));
    assertThat(load(again).hostId()).isEqualTo(HOST);
  }

  @Test
  void anEnrolledHostThatLostItsRequestKeepsItsKeys() throws IOException {
    TestHost host = TestHost.initialised(path);
    put(host, grant(host, "https://127.0.0.1:1"));
    load(host);
    Files.delete(host.directory().request());
    Files.delete(host.directory().grant());
    assertThatThrownBy(() -> TestHost.initialised(path))
        .isInstanceOf(ConfigurationException.AlreadyInitialised.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "a b", "x,CN=y", "a/b", "ä"})
  void aNameThatNoHostCanHaveIsRefusedBeforeAnythingIsWritten(String name) {
    Path directory = path.resolve("new");
    assertThatThrownBy(() ->
            Enrolment.initialise(new HostDirectory(directory), name, "qemu:///system", RANDOM))
        .isInstanceOf(ConfigurationException.InvalidName.class);
    assertThat(directory).doesNotExist();
  }

  @Test
  void aMissingGrantSaysWhatToDo() {
    TestHost host = TestHost.initialised(path);
    assertThatThrownBy(() -> load(host))
        .isInstanceOf(ConfigurationException.GrantMissing.class)
        .hasMessageContaining("keymoor host token create --cluster");
  }

  @Test
  void theGrantOfAnotherHostIsRefused() throws IOException {
    TestHost host = TestHost.initialised(path.resolve("one"));
    TestHost other = TestHost.initialised(path.resolve("two"));
    put(host, grant(other, "https://127.0.0.1:1"));
    assertRefused(host, "grant_of_another_host", "another host");
  }

  @Test
  void aGrantThatIsNoneIsRefused() throws IOException {
    TestHost host = TestHost.initialised(path);
    Files.writeString(host.directory().grant(), "{}");
    assertRefused(host, "grant_damaged", "not what the manager writes");
  }

  @Test
  void aGrantWhoseCertificateIsOfAnotherAuthorityIsRefused() throws IOException {
    TestHost host = TestHost.initialised(path);
    try (FakeManager other = new FakeManager()) {
      EnrolmentGrant theirs = other.enrol(host.request());
      put(
          host,
          new EnrolmentGrant(
              theirs.hostId(),
              theirs.clusterId(),
              theirs.managerUrl(),
              Pem.certificate(authority.certificate()),
              theirs.certificatePem()));
    }
    assertRefused(host, "grant_damaged", "do not fit together");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1", "https:///x", "not an address", ""})
  void aGrantWithoutAnHttpsAddressIsRefused(String url) throws IOException {
    TestHost host = TestHost.initialised(path);
    put(host, grant(host, url));
    assertRefused(host, "grant_damaged", "manager address");
  }

  @Test
  void aSecondAgentInTheDirectoryIsRefusedUntilTheFirstIsGone() {
    TestHost host = TestHost.initialised(path);
    HostDirectory.Lock first = host.directory().lock();
    assertThatThrownBy(() -> host.directory().lock())
        .isInstanceOf(ConfigurationException.InUse.class)
        .hasMessageContaining("Stop it first");
    first.close();
    host.directory().lock().close();
  }
}
