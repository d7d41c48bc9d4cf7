package io.keymoor.provider.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.record.RecordChoice.Choice;
import io.keymoor.provider.record.RecordChoice.Copy;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordChoiceTest {
  private static final UUID VM = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");

  private final NativeKeyProvider provider = KeyRecordTest.provider("lab", 1);
  private final NativeKeyProvider attacker = KeyRecordTest.provider("attacker", 7);
  private final KekSource keks = KeyRecordTest.source(provider);
  private final KeyRecord first = sealed(provider, keks);
  private final KeyRecord later = rekeyed(first);

  @Test
  void withoutACopyTheObjectIsNotEncrypted() {
    assertThat(choose(0)).isEqualTo(new Choice.None());
  }

  @Test
  void theNewestGenuineCopyWinsAndTheOthersAreRepaired() {
    assertThat(choose(0, copy("metadata", first), copy("sidecar", later), damaged("home")))
        .isEqualTo(new Choice.Chosen(later, true, List.of("metadata", "home")));
  }

  @Test
  void equalCopiesNeedNoRepair() {
    assertThat(choose(2, copy("metadata", later), copy("sidecar", later)))
        .isEqualTo(new Choice.Chosen(later, true, List.of()));
  }

  @Test
  void aRecordUnderUnknownKeysCannotOutbidAGenuineOne() {
    KeyRecord forged = sealed(attacker, KeyRecordTest.source(attacker));
    KeyRecord absurd =
        new KeyRecord(
            VM, KeyRecord.ObjectType.VM, "web01", 999, NOW, forged.parts(), forged.macs());
    assertThat(choose(0, copy("metadata", first), copy("sidecar", absurd)))
        .isEqualTo(new Choice.Chosen(first, true, List.of("sidecar")));
  }

  @Test
  void anEmptyRecordCannotPretendThatNothingIsEncrypted() {
    KeyRecord empty =
        new KeyRecord(VM, KeyRecord.ObjectType.VM, "web01", 999, NOW, List.of(), List.of());
    assertThat(choose(0, copy("metadata", empty), copy("sidecar", first)))
        .isEqualTo(new Choice.Chosen(first, true, List.of("metadata")));
  }

  @Test
  void aRecordWhoseKeysAreMissingIsChosenUnverified() {
    assertThat(RecordChoice.choose(VM, List.of(copy("metadata", later)), KeyRecordTest.source(), 0))
        .isEqualTo(new Choice.Chosen(later, false, List.of()));
  }

  @Test
  void anOlderRecordThanSeenIsRefusedWithTheWayOut() {
    assertThat(choose(2, copy("metadata", first)))
        .isInstanceOfSatisfying(
            Choice.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("key_record_rolled_back");
              assertThat(refused.sentence())
                  .contains("generation 1", "generation 2", "--accept-older-record");
            });
  }

  @Test
  void onlyDamagedOrForeignCopiesAreRefusedWithEachFault() {
    KeyRecord foreign =
        new KeyRecord(
            UUID.randomUUID(),
            KeyRecord.ObjectType.VM,
            "web01",
            1,
            NOW,
            first.parts(),
            first.macs());
    KeyRecord tampered =
        new KeyRecord(VM, KeyRecord.ObjectType.VM, "web02", 1, NOW, first.parts(), first.macs());
    assertThat(choose(0, damaged("metadata"), copy("sidecar", foreign), copy("home", tampered)))
        .isInstanceOfSatisfying(
            Choice.Refused.class,
            refused ->
                assertThat(refused.sentence())
                    .contains(
                        "the copy in metadata is damaged",
                        "the copy in sidecar belongs to another object",
                        "the copy in home was changed by somebody without the key"));
  }

  @Test
  void aCopyOfANewerVersionStopsTheChoice() {
    Copy newer =
        new Copy("sidecar", KeyRecordCodec.write(first).replace("\"version\":1", "\"version\":3"));
    assertThat(choose(0, copy("metadata", first), newer))
        .isInstanceOfSatisfying(
            Choice.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("key_record_newer"));
  }

  private Choice choose(long seen, Copy... copies) {
    return RecordChoice.choose(VM, List.of(copies), keks, seen);
  }

  private static Copy copy(String place, KeyRecord record) {
    return new Copy(place, KeyRecordCodec.write(record));
  }

  private static Copy damaged(String place) {
    return new Copy(place, "{");
  }

  private KeyRecord rekeyed(KeyRecord record) {
    try (IssuedKey key = provider.key(new KeyId("k2"))) {
      return RecordKeys.rewrap(record, "web01", key, keks, NOW);
    }
  }

  private static KeyRecord sealed(NativeKeyProvider provider, KekSource keks) {
    try (IssuedKey key = provider.key(new KeyId("k1"));
        SecretBytes dek = SecretBytes.random(32, new SecureRandom())) {
      KeyEntry entry =
          RecordKeys.wrap(VM, "home", 1, key, dek, NOW, UUID.randomUUID(), Optional.empty());
      return RecordKeys.seal(
          KeyRecord.none(VM, KeyRecord.ObjectType.VM, "web01", NOW)
              .next("web01", NOW, List.of(PartKeys.encrypted("home", entry))),
          keks);
    }
  }
}
