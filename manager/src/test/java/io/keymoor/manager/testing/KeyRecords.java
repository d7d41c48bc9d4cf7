package io.keymoor.manager.testing;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordMac;
import io.keymoor.provider.record.WrappedKey;
import io.keymoor.secret.SecretBytes;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Key records as hosts report them, whole but for the wrapped keys, which nobody here opens: a
 * manager reads only which keys a record names.
 */
public final class KeyRecords {
  private static final Instant WRITTEN = Instant.parse("2026-11-25T12:00:00Z");
  private static final WrappedKey WRAPPED = WrappedKey.of(new byte[40]);
  private static final String MAC = Base64.getEncoder().encodeToString(new byte[32]);
  private static final KeyCheckValue CHECK = check();

  private KeyRecords() {}

  private static KeyCheckValue check() {
    try (SecretBytes any = SecretBytes.takeOver(new byte[32])) {
      return KeyCheckValue.of(any);
    }
  }

  /**
   * The record of a VM after a rekey: one that had {@code before} and has a new key for its parts.
   */
  public static String rekeyed(
      UUID vm, String name, Optional<String> before, ProviderReference provider, KeyId key) {
    KeyRecord old =
        before
            .map(KeyRecordCodec::read)
            .orElseGet(() -> KeyRecord.none(vm, KeyRecord.ObjectType.VM, name, WRITTEN));
    long generation = old.generation() + 1;
    List<PartKeys> parts =
        Stream.of(PartKeys.HOME, PartKeys.disk("vda"))
            .map(part -> {
              KeyEntry entry =
                  new KeyEntry(
                      provider,
                      key,
                      CHECK,
                      Optional.empty(),
                      WRAPPED,
                      CHECK,
                      generation,
                      WRITTEN,
                      vm,
                      Optional.empty());
              return old.part(part)
                  .map(known -> known.rekeyed(entry))
                  .orElseGet(() -> PartKeys.encrypted(part, entry));
            })
            .toList();
    return KeyRecordCodec.write(
        new KeyRecord(
            vm,
            KeyRecord.ObjectType.VM,
            name,
            generation,
            WRITTEN,
            parts,
            List.of(new RecordMac(provider.id(), key, MAC))));
  }
}
