package io.keymoor.manager.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialisationTest {
  @TempDir private Path directory;

  @Test
  void theContextIsWhatTheCommandLineReads() throws IOException {
    Path home = create("m");

    JsonNode context = new ObjectMapper().readTree(home.resolve("admin/context.json").toFile());
    assertThat(context.path("url").asText()).isEqualTo("https://127.0.0.1:9443");
    assertThat(context.path("ca_pem").asText()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(context.path("certificate_pem").asText()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(context.path("private_key_pem_file").asText()).isEqualTo("admin.key");
    assertThat(Files.readString(home.resolve("admin/admin.key")))
        .startsWith("-----BEGIN PRIVATE KEY-----");
  }

  @Test
  void everyFileIsTheOwnersOnlyAndTheKeysOfTheCaAndTheServerAreSealed() throws IOException {
    Path home = create("m");

    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSizeGreaterThan(7)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    for (String key : List.of("ca.key.sealed", "server.key.sealed")) {
      byte[] sealed = Files.readAllBytes(home.resolve("pki").resolve(key));
      assertThat(new String(sealed, 0, 8, UTF_8)).isEqualTo("KMSEALED");
    }
  }

  @Test
  void aManagerIsNeverOverwritten() throws IOException {
    Path home = create("m");
    byte[] rootKey = Files.readAllBytes(home.resolve("root.key"));

    assertThatThrownBy(() -> create("m"))
        .isInstanceOf(StartFailure.class)
        .hasMessageStartingWith("There is a manager in " + home);
    assertThat(Files.readAllBytes(home.resolve("root.key"))).isEqualTo(rootKey);
  }

  @Test
  void aMisspeltKeyOfTheConfigurationIsNamed() throws IOException {
    Path home = create("m");
    Path file = home.resolve("manager.json");
    Files.writeString(
        file, Files.readString(file).replace("report_seconds", "report_second"), UTF_8);

    assertThatThrownBy(() -> ManagerConfig.read(file))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("report_second");
  }

  @Test
  void aValueOutOfRangeIsNamed() throws IOException {
    Path home = create("m");
    Path file = home.resolve("manager.json");
    Files.writeString(file, Files.readString(file).replace("9443", "94430"), UTF_8);

    assertThatThrownBy(() -> ManagerConfig.read(file))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("port is between 0 and 65535");
  }

  @Test
  void theDefaultsAreThese() {
    ManagerConfig config = ManagerConfig.read(create("m").resolve("manager.json"));

    assertThat(config.taskStartSeconds()).isEqualTo(60);
    assertThat(config.hostSilenceSeconds()).isEqualTo(60);
    assertThat(config.reportSeconds()).isEqualTo(30);
    assertThat(config.reconciliationSeconds()).isEqualTo(300);
    assertThat(config.database()).isEmpty();
  }

  @Test
  void aDirectoryWithoutAManagerSaysHowToMakeOne() {
    assertThatThrownBy(() -> ManagerConfig.read(directory.resolve("none/manager.json")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("keymoor manager init");
  }

  private Path create(String name) {
    Path home = directory.resolve(name);
    new Initialisation(Clock.systemUTC(), new SecureRandom())
        .create(
            home,
            ManagerConfig.initial(
                "127.0.0.1", 9443, List.of("127.0.0.1", "localhost"), Optional.empty()));
    return home;
  }
}
