package io.keymoor.provider.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyRecordTest {
  private static final UUID VM = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID OTHER_VM = UUID.fromString("0b8f1a52-7c1d-4e7e-8a34-5d9e6f7a8b9c");
  private static final UUID SECRET = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final NativeKeyProvider provider = provider("lab", 1);
  private final NativeKeyProvider second = provider("second", 2);
  private final SecretBytes dek = SecretBytes.random(32, new SecureRandom());
  private final KekSource keks = source(provider, second);

  @AfterEach
  void erase() {
    provider.close();
    second.close();
    dek.close();
  }

  @Test
  void aRecordSurvivesItsJson() {
    KeyRecord record = encrypted("k1");
    assertThat(KeyRecordCodec.read(KeyRecordCodec.write(record))).isEqualTo(record);
  }

  /** The file is version 1 for ever: software of every later version must read it. */
  @Test
  void theGoldenRecordReadsAndVerifiesAndWritesTheSameBytes() throws IOException {
    String golden = golden();
    KeyRecord record = KeyRecordCodec.read(golden);
    assertThat(KeyRecordCodec.write(record)).isEqualTo(golden);
    assertThat(RecordKeys.verify(record, keks)).isEqualTo(new RecordKeys.Verification.Genuine());
    try (SecretBytes expected = SecretBytes.takeOver(filled(9));
        SecretBytes opened =
            RecordKeys.unwrap(VM, "disk:vda", record.current("disk:vda").orElseThrow(), keks)) {
      assertThat(opened).isEqualTo(expected);
    }
  }

  @Test
  void theDataKeyComesBackFromItsPlace() {
    KeyEntry entry = encrypted("k1").current("home").orElseThrow();
    try (SecretBytes opened = RecordKeys.unwrap(VM, "home", entry, keks)) {
      assertThat(opened).isEqualTo(dek);
    }
  }

  @Test
  void anEntryMovedToAnotherObjectPartOrGenerationDoesNotOpen() {
    KeyEntry entry = encrypted("k1").current("home").orElseThrow();
    KeyEntry older =
        new KeyEntry(
            entry.provider(),
            entry.keyId(),
            entry.keyCheck(),
            entry.wrappedKek(),
            entry.wrappedDek(),
            entry.dekCheck(),
            entry.generation() + 1,
            entry.created(),
            entry.secretId(),
            entry.image());
    assertDamaged(OTHER_VM, "home", entry);
    assertDamaged(VM, "disk:vda", entry);
    assertDamaged(VM, "home", older);
  }

  @Test
  void aShallowRekeyChangesTheKeyAndKeepsTheDataKeyAndItsSecret() {
    KeyRecord before = encrypted("k1");
    try (IssuedKey key = second.key(new KeyId("k2"))) {
      KeyRecord after = RecordKeys.rewrap(before, "web01", key, keks, NOW);
      assertThat(after.generation()).isEqualTo(before.generation() + 1);
      assertThat(after.currentKeys()).extracting(k -> k.id().text()).containsExactly("k2");
      PartKeys home = after.part("home").orElseThrow();
      assertThat(home.previous()).isEqualTo(before.current("home"));
      assertThat(home.current().orElseThrow().secretId()).isEqualTo(SECRET);
      assertThat(RecordKeys.verify(after, keks)).isEqualTo(new RecordKeys.Verification.Genuine());
      try (SecretBytes opened = RecordKeys.unwrap(VM, "home", home.current().orElseThrow(), keks)) {
        assertThat(opened).isEqualTo(dek);
      }
    }
  }

  @Test
  void everyChangedCharacterOfASealedRecordIsNoticed() {
    KeyRecord record = encrypted("k1");
    String json = KeyRecordCodec.write(record);
    for (int at = 0; at < json.length(); at++) {
      char other = json.charAt(at) == '7' ? '8' : '7';
      String changed = json.substring(0, at) + other + json.substring(at + 1);
      assertThat(believed(changed)).as(changed).isFalse();
    }
  }

  /**
   * Two spare bits of the last character would decode to the same MAC, and change a sealed file.
   */
  @Test
  void anotherSpellingOfTheSameMacIsNoticed() {
    String json = KeyRecordCodec.write(encrypted("k1"));
    int last = json.lastIndexOf('=') - 1;
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int value = alphabet.indexOf(json.charAt(last));
    for (int spare = 1; spare < 4; spare++) {
      String changed =
          json.substring(0, last) + alphabet.charAt(value + spare) + json.substring(last + 1);
      assertThat(believed(changed)).as(changed).isFalse();
    }
  }

  @Test
  void withoutAnyOfItsKeysARecordIsUnknownNotGenuine() {
    assertThat(RecordKeys.verify(encrypted("k1"), source()))
        .isInstanceOf(RecordKeys.Verification.Unknown.class);
  }

  @Test
  void beginCommitAndRollBackMoveThePendingEntry() {
    KeyRecord begun = record(PartKeys.beginning("home", entry("home", "k1", 1)));
    assertThat(begun.hasPending()).isTrue();
    assertThat(begun.encrypted()).isFalse();
    assertThat(begun.committed(NOW).current("home")).isPresent();
    assertThat(begun.rolledBack(NOW).parts()).isEmpty();
  }

  static Stream<String> notRecords() throws IOException {
    String golden = golden();
    return Stream.of(
        "",
        "null",
        "[]",
        "{}",
        golden + " x",
        golden.substring(0, golden.length() / 2),
        golden.replace("\"version\":1", "\"version\":\"1\""),
        golden.replace("\"version\":1", "\"version\":1,\"version\":1"),
        golden.replace("\"objectType\":\"vm\"", "\"objectType\":\"cat\""),
        golden.replace("\"generation\":1", "\"generation\":-1"),
        golden.replace("AES-256-KW", "ROT13"),
        golden.replace("disk:vda", "disk:../../etc"),
        golden.replace("\"macs\"", "\"extra\":1,\"macs\""),
        golden.replace("\"algorithm\"", "\"extra\":{\"a\":[]},\"algorithm\""),
        golden.replace("\"objectType\":\"vm\"", "\"objectType\":null"),
        golden.replace("\"generation\":1", "\"generation\":1.0"),
        golden.replace("\"generation\":1", "\"generation\":10000000000000000000"),
        golden.replaceFirst("\"parts\":\\[.*\\],\"macs\"", "\"parts\":[1],\"macs\""),
        golden.replaceFirst("\"macs\":\\[.*\\]", "\"macs\":{}"),
        golden.replace("2026-", "year-"),
        "{\"a\":".repeat(100));
  }

  @ParameterizedTest
  @MethodSource("notRecords")
  void whatIsNoRecordIsDamaged(String json) {
    assertThatThrownBy(() -> KeyRecordCodec.read(json))
        .isInstanceOf(ProviderException.RecordDamaged.class);
  }

  @Test
  void aNewerVersionIsNamed() throws IOException {
    String newer = golden().replace("\"version\":1", "\"version\":2");
    assertThatThrownBy(() -> KeyRecordCodec.read(newer))
        .isInstanceOf(ProviderException.RecordFromNewerVersion.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void aNewerVersionIsNamedWhateverElseItHas() throws IOException {
    String newer =
        golden()
            .replace("{\"format\"", "{\"extra\":[{}],\"format\"")
            .replace("\"version\":1", "\"version\":3");
    assertThatThrownBy(() -> KeyRecordCodec.read(newer))
        .isInstanceOf(ProviderException.RecordFromNewerVersion.class)
        .hasMessageContaining("version 3");
  }

  @FuzzTest(maxDuration = "30s")
  void noTextCausesAnythingButARecordOrARefusal(byte[] bytes) {
    try {
      KeyRecord record = KeyRecordCodec.read(new String(bytes, UTF_8));
      assertThat(KeyRecordCodec.read(KeyRecordCodec.write(record))).isEqualTo(record);
    } catch (ProviderException expected) {
      assertThat(expected.code()).startsWith("key_record_");
    }
  }

  private boolean believed(String json) {
    try {
      return RecordKeys.verify(KeyRecordCodec.read(json), keks)
          instanceof RecordKeys.Verification.Genuine;
    } catch (ProviderException damaged) {
      return false;
    }
  }

  private void assertDamaged(UUID object, String part, KeyEntry entry) {
    assertThatThrownBy(() -> RecordKeys.unwrap(object, part, entry, keks))
        .isInstanceOf(ProviderException.RecordDamaged.class);
  }

  private KeyRecord encrypted(String keyId) {
    return record(PartKeys.encrypted("home", entry("home", keyId, 1)));
  }

  private KeyRecord record(PartKeys part) {
    return RecordKeys.seal(
        KeyRecord.none(VM, KeyRecord.ObjectType.VM, "web01", NOW).next("web01", NOW, List.of(part)),
        keks);
  }

  private KeyEntry entry(String part, String keyId, long generation) {
    try (IssuedKey key = provider.key(new KeyId(keyId))) {
      return RecordKeys.wrap(VM, part, generation, key, dek, NOW, SECRET, Optional.empty());
    }
  }

  static KekSource source(NativeKeyProvider... providers) {
    return wanted -> {
      for (NativeKeyProvider candidate : providers) {
        if (candidate.reference().id().equals(wanted.provider().id())) {
          return candidate.key(wanted.id()).kek();
        }
      }
      throw new ProviderException.KeyUnavailable(
          wanted.provider(), wanted.id(), "the provider is not on this host.");
    };
  }

  static NativeKeyProvider provider(String name, int seed) {
    UUID id = new UUID(0x0123456789abcdefL, seed);
    return new NativeKeyProvider(
        new ProviderReference(id, new ProviderName(name), ProviderType.NATIVE),
        SecretBytes.takeOver(filled(seed)));
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static String golden() throws IOException {
    try (InputStream in = KeyRecordTest.class.getResourceAsStream("golden-v1.json")) {
      return new String(java.util.Objects.requireNonNull(in).readAllBytes(), UTF_8).strip();
    }
  }
}
