package io.keymoor.systemtests.keys;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.ProviderBackup;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.KeyReference;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.quickstart.scene.BackupFile;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Every key of a VM, computed as docs/formats/keys.md says from what an administrator has: the
 * provider's backup with its password, and the VM's key records. Not thread-safe.
 */
final class KnownKeys implements AutoCloseable {
  private final NativeKeyProvider provider;
  private final Map<String, byte[]> keys = new TreeMap<>();

  KnownKeys(BackupFile file) {
    char[] password = file.passwordCharacters();
    try (ProviderBackup backup = ProviderBackup.read(file.read(), password)) {
      add("KDK", backup.kdk());
      this.provider =
          new NativeKeyProvider(
              new ProviderReference(
                  backup.provider(), new ProviderName(backup.name()), ProviderType.NATIVE),
              backup.kdk().copy());
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** Adds the keys of a record, also of what it remembers of before. */
  void addOf(String json) {
    KeyRecord record = KeyRecordCodec.read(json);
    UUID object = record.objectId();
    for (PartKeys part : record.parts()) {
      Stream.of(part.current(), part.pending(), part.previous())
          .flatMap(java.util.Optional::stream)
          .forEach(entry -> addEntry(object, part.part(), entry));
    }
  }

  private void addEntry(UUID object, String part, KeyEntry entry) {
    String key = " of " + part + " under key " + entry.keyId().text();
    try (SecretBytes kek = kek(entry.key());
        SecretBytes wrapping = KeyDerivation.dekWrappingKey(kek, object, part, entry.generation());
        SecretBytes mac = KeyDerivation.recordMacKey(kek, object);
        SecretBytes dek = RecordKeys.unwrap(object, part, entry, this::kek);
        SecretBytes passphrase = KeyDerivation.luksPassphrase(dek);
        SecretBytes home = KeyDerivation.homeSealingKey(dek, object);
        SecretBytes vtpm = KeyDerivation.vtpmPassphrase(dek, object)) {
      add("KEK " + entry.keyId().text(), kek);
      add("wrapping key" + key, wrapping);
      add("record MAC key" + key, mac);
      add("DEK of " + part, dek);
      add("LUKS passphrase of " + part, passphrase);
      if (part.equals(PartKeys.HOME)) {
        add("home sealing key", home);
        add("vTPM passphrase", vtpm);
      }
    }
  }

  private SecretBytes kek(KeyReference wanted) {
    try (IssuedKey key = provider.key(wanted.id())) {
      return key.kek().copy();
    }
  }

  private void add(String name, SecretBytes key) {
    keys.put(name, ClearBytes.read(key, byte[]::clone));
  }

  /** Names of all keys. */
  List<String> names() {
    return List.copyOf(keys.keySet());
  }

  /** All forms of all keys. */
  List<Needle> needles() {
    return keys.entrySet().stream()
        .flatMap(key -> Needle.formsOf(key.getKey(), key.getValue()).stream())
        .toList();
  }

  @Override
  public void close() {
    provider.close();
  }
}
