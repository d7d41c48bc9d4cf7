package io.keymoor.host.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.Resealing;
import io.keymoor.host.config.StoredProvider;
import io.keymoor.host.config.TpmTerms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersistentKeksTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID KMS = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000001");
  private static final UUID OTHER = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");
  private static final KeyId KEY = new KeyId("key-1");

  private SoftwareTpm chip;
  private TestHost host;

  @BeforeAll
  void powerOn(@TempDir Path state) {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    chip = SoftwareTpm.start(state.resolve("tpm"));
  }

  @AfterAll
  void powerOff() {
    if (chip != null) {
      chip.close();
    }
  }

  @BeforeEach
  void make(@TempDir Path path) {
    host = TestHost.initialised(path.resolve("host"));
  }

  private void seal() {
    new Resealing(host.directory(), RANDOM)
        .underTpm(chip.tpm(), TpmTerms.of(PcrSelection.NONE))
        .orElseThrow()
        .close();
  }

  private static void keep(HostConfiguration configuration, boolean keeping) {
    configuration.replaceProviders(1, List.<StoredProvider>of(), keeping);
  }

  private static HostKeys with(UUID... providers) {
    HostKeys keys = new HostKeys();
    provide(keys, providers);
    return keys;
  }

  private static void provide(HostKeys keys, UUID... providers) {
    keys.replace(
        Arrays.stream(providers)
            .map(id ->
                new HeldProvider(
                    new ProviderReference(id, new ProviderName("kms " + id), ProviderType.STANDARD),
                    List.of(),
                    Optional.empty(),
                    new HeldProvider.Holding.Delivered()))
            .toList());
  }

  private static void deliver(HostKeys keys, UUID provider, SecretBytes kek) {
    keys.deliver(List.of(new DeliveredKeks.Named(provider, KEY, kek.copy())));
  }

  private Path file() {
    return host.directory().keptKeys();
  }

  @Test
  void keysComeBackAfterARestartAndGoWithTheirProvider() {
    seal();
    try (HostConfiguration configuration = host.configuration();
        SecretBytes kek = SecretBytes.random(32, RANDOM);
        HostKeys before = with(KMS, OTHER);
        HostKeys after = with(KMS, OTHER);
        HostKeys last = with(KMS, OTHER)) {
      keep(configuration, true);
      PersistentKeks first = new PersistentKeks(host.directory(), configuration, before);
      deliver(before, KMS, kek);
      deliver(before, OTHER, kek);
      first.changed();

      PersistentKeks second = new PersistentKeks(host.directory(), configuration, after);
      second.load();
      second.changed();
      assertThat(after.delivered().size()).isEqualTo(2);
      try (SecretBytes again = after.delivered().copy(KMS, KEY).orElseThrow()) {
        assertThat(again).isEqualTo(kek);
      }

      provide(after, OTHER);
      second.changed();
      new PersistentKeks(host.directory(), configuration, last).load();
      assertThat(last.delivered().has(KMS, KEY)).as("of the deleted provider").isFalse();
      assertThat(last.delivered().has(OTHER, KEY)).isTrue();

      keep(configuration, false);
      second.changed();
      assertThat(file()).doesNotExist();
      assertThat(second.problem()).isEmpty();
    }
  }

  @Test
  void withoutTheTpmNothingIsKeptWhateverTheManagerSays() {
    try (HostConfiguration configuration = host.configuration();
        SecretBytes kek = SecretBytes.random(32, RANDOM);
        HostKeys keys = with(KMS)) {
      keep(configuration, true);
      deliver(keys, KMS, kek);
      new PersistentKeks(host.directory(), configuration, keys).changed();
      assertThat(file()).doesNotExist();
    }
  }

  @Test
  void aFileThatWasChangedIsNotBelieved() throws IOException {
    seal();
    try (HostConfiguration configuration = host.configuration();
        SecretBytes kek = SecretBytes.random(32, RANDOM);
        HostKeys keys = with(KMS);
        HostKeys after = with(KMS)) {
      keep(configuration, true);
      deliver(keys, KMS, kek);
      new PersistentKeks(host.directory(), configuration, keys).changed();
      byte[] box = Files.readAllBytes(file());
      box[box.length / 2] ^= 1;
      Files.write(file(), box);
      new PersistentKeks(host.directory(), configuration, after).load();
      assertThat(after.delivered().size()).isZero();
    }
  }
}
