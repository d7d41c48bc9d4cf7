package io.keymoor.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.testing.Client;
import io.keymoor.manager.testing.FakeHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager made 300 days ago, by a clock that the test sets. */
class CertificatesTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final Instant today = Instant.now();

  @TempDir Path path;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(today.minus(Duration.ofDays(300)));
  private final InstantSource clock = now::get;

  private Path made() throws IOException {
    Path home = path.resolve("manager");
    ManagerConfig fresh =
        ManagerConfig.initial("127.0.0.1", 0, List.of("127.0.0.1"), Optional.empty());
    new Initialisation(clock, RANDOM)
        .create(
            home,
            new ManagerConfig(
                fresh.managerId(),
                fresh.listen(),
                fresh.port(),
                fresh.names(),
                fresh.database(),
                Optional.of(Path.of("target", "postgres-binaries").toAbsolutePath().toString()),
                60,
                60,
                30,
                300));
    return home;
  }

  private static X509Certificate shown(Client client, String url) throws IOException {
    URI place = URI.create(url);
    try (SSLSocket socket =
        (SSLSocket)
            client
                .identity()
                .context()
                .getSocketFactory()
                .createSocket(place.getHost(), place.getPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static JsonNode context(Path home) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(home.resolve("admin/context.json")));
  }

  @Test
  void serverAndAdministratorAreRenewedWhileTheManagerRunsAndHostsGoOn() throws IOException {
    Path home = made();
    Instant soon = today.minus(Duration.ofDays(100));
    now.set(soon);
    try (ManagerServer manager = ManagerServer.start(home, clock, RANDOM);
        Client before = Client.administrator(home)) {
      X509Certificate first = shown(before, manager.url());
      assertThat(CertificateLife.of(first).ends()).isBefore(today.plus(Duration.ofDays(100)));
      before.post("/clusters", "{'name':'lab'}");
      try (FakeHost host = FakeHost.enrol(before, "lab", "kvm1")) {
        now.set(today);
        manager.renewCertificates();

        X509Certificate second = shown(before, manager.url());
        assertThat(CertificateLife.of(second).ends()).isAfter(today.plus(Duration.ofDays(390)));
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(host.hello(false).managerId()).isNotNull();
      }
      try (Client after = Client.administrator(home)) {
        assertThat(after.get("/about").status()).isEqualTo(200);
        assertThat(CertificateLife.of(after.identity().certificate()).ends())
            .isAfter(today.plus(Duration.ofDays(390)));
      }
      assertThat(before.get("/about").status()).as("a copy of the old context").isEqualTo(200);
      String key = context(home).path("private_key_pem_file").asText();
      try (var files = Files.list(home.resolve("admin"))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("context.json", key);
      }
      manager.renewCertificates();
      assertThat(context(home).path("private_key_pem_file").asText())
          .as("once is enough")
          .isEqualTo(key);
    }
  }

  @Test
  void whatIsDueIsRenewedAtTheStartAlsoWhenACrashLeftHalfOfIt() throws IOException {
    Path home = made();
    // The key of a renewal was written, and then the machine died.
    Path key = home.resolve("pki/server.key.sealed");
    byte[] old = Files.readAllBytes(key);
    now.set(today.minus(Duration.ofDays(20)));
    try (ManagerServer manager = ManagerServer.start(home, clock, RANDOM)) {
      assertThat(manager.url()).startsWith("https://");
    }
    assertThat(CertificateLife.of(stored(home)).ends()).isAfter(today.plus(Duration.ofDays(370)));
    Files.write(key, old);
    now.set(today);
    try (ManagerServer manager = ManagerServer.start(home, clock, RANDOM);
        Client admin = Client.administrator(home)) {
      assertThat(shown(admin, manager.url())).isEqualTo(stored(home));
      assertThat(admin.get("/about").status()).isEqualTo(200);
    }
  }

  private static X509Certificate stored(Path home) throws IOException {
    return Pem.certificate(Files.readString(home.resolve("pki/server.pem")));
  }
}
