package io.keymoor.provider.record;

import io.keymoor.crypto.AesKeyWrap;
import io.keymoor.crypto.CanonicalBase64;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.KeyDerivation;
import io.keymoor.crypto.Mac;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.ProviderException;
import io.keymoor.secret.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Wraps and unwraps the DEKs of records, and seals and verifies whole records.
 *
 * <p>Guarantee: a DEK unwraps only in the object, part and generation for which it was wrapped, and
 * a sealed record verifies only as it was written (R3). Thread-safe.
 */
public final class RecordKeys {
  private RecordKeys() {}

  /** What {@link #verify} found. */
  public sealed interface Verification {
    /** At least one MAC was checked and every one that could be checked is right. */
    record Genuine() implements Verification {}

    /** None of the record's keys can be had, so nobody can tell. */
    record Unknown(ProviderException.KeyUnavailable reason) implements Verification {}

    /** Somebody without the keys wrote or changed it. */
    record Tampered() implements Verification {}
  }

  /**
   * A new entry: {@code dek} wrapped for this place.
   *
   * @param generation the generation of the record that the entry will be in
   */
  public static KeyEntry wrap(
      UUID object,
      String part,
      long generation,
      IssuedKey key,
      SecretBytes dek,
      Instant now,
      UUID secretId,
      Optional<String> image) {
    try (SecretBytes wrapping = KeyDerivation.dekWrappingKey(key.kek(), object, part, generation)) {
      return new KeyEntry(
          key.provider(),
          key.id(),
          key.check(),
          Optional.empty(),
          WrappedKey.of(AesKeyWrap.wrap(wrapping, dek)),
          KeyCheckValue.of(dek),
          generation,
          now,
          secretId,
          image);
    }
  }

  /**
   * The DEK of an entry, owned by the caller.
   *
   * @throws ProviderException.KeyUnavailable when its KEK cannot be had
   * @throws ProviderException.RecordDamaged when the KEK is right and the DEK does not unwrap: the
   *     entry was changed, or belongs elsewhere
   */
  public static SecretBytes unwrap(UUID object, String part, KeyEntry entry, KekSource keks) {
    try (SecretBytes kek = keks.kek(entry.key());
        SecretBytes wrapping =
            KeyDerivation.dekWrappingKey(kek, object, part, entry.generation())) {
      SecretBytes dek = AesKeyWrap.unwrap(wrapping, entry.wrappedDek().bytes());
      if (!entry.dekCheck().matches(dek)) {
        dek.close();
        throw new ProviderException.RecordDamaged(
            "the data key of " + part + " is not the one it says it is");
      }
      return dek;
    } catch (CryptoException.WrongKey | CryptoException.Damaged changed) {
      throw new ProviderException.RecordDamaged(
          "the wrapped data key of " + part + " was changed or belongs to another object");
    }
  }

  /**
   * Shallow rekey: the next generation of a record, every current DEK wrapped anew under {@code
   * key}, old entries kept as previous, sealed. The DEKs themselves do not change.
   *
   * @throws IllegalStateException when a change is pending
   */
  public static KeyRecord rewrap(
      KeyRecord record, String name, IssuedKey key, KekSource keks, Instant now) {
    if (record.hasPending()) {
      throw new IllegalStateException("a change of this object's keys has begun and not ended");
    }
    long generation = record.generation() + 1;
    List<PartKeys> rekeyed = new ArrayList<>();
    for (PartKeys part : record.parts()) {
      KeyEntry old = part.current().orElseThrow();
      try (SecretBytes dek = unwrap(record.objectId(), part.part(), old, keks)) {
        rekeyed.add(
            part.rekeyed(
                wrap(
                    record.objectId(),
                    part.part(),
                    generation,
                    key,
                    dek,
                    now,
                    old.secretId(),
                    old.image())));
      }
    }
    return seal(record.next(name, now, rekeyed), with(key, keks));
  }

  /**
   * The record with a MAC for each of its sealing keys.
   *
   * @throws ProviderException.KeyUnavailable when one of them cannot be had
   */
  public static KeyRecord seal(KeyRecord record, KekSource keks) {
    byte[] authenticated = KeyRecordCodec.authenticated(record);
    List<RecordMac> macs = new ArrayList<>();
    for (KeyReference key : record.sealingKeys()) {
      try (SecretBytes kek = keks.kek(key);
          SecretBytes macKey = KeyDerivation.recordMacKey(kek, record.objectId())) {
        macs.add(
            new RecordMac(
                key.provider().id(),
                key.id(),
                CanonicalBase64.encode(Mac.of(macKey, authenticated))));
      }
    }
    return record.withMacs(macs);
  }

  /** Whether the record is as somebody with its keys wrote it. */
  public static Verification verify(KeyRecord record, KekSource keks) {
    byte[] authenticated = KeyRecordCodec.authenticated(record);
    Optional<ProviderException.KeyUnavailable> missing = Optional.empty();
    boolean checked = false;
    for (KeyReference key : record.sealingKeys()) {
      Optional<RecordMac> mac = mac(record, key);
      if (mac.isEmpty()) {
        return new Verification.Tampered();
      }
      try (SecretBytes kek = keks.kek(key);
          SecretBytes macKey = KeyDerivation.recordMacKey(kek, record.objectId())) {
        if (!Mac.verify(macKey, authenticated, mac.get().bytes())) {
          return new Verification.Tampered();
        }
        checked = true;
      } catch (ProviderException.KeyUnavailable unavailable) {
        missing = Optional.of(unavailable);
      }
    }
    if (checked || missing.isEmpty()) {
      return new Verification.Genuine();
    }
    return new Verification.Unknown(missing.get());
  }

  /** A source that knows {@code key} besides those of {@code others}. */
  public static KekSource with(IssuedKey key, KekSource others) {
    return wanted ->
        wanted.id().equals(key.id()) && wanted.provider().id().equals(key.provider().id())
            ? key.kek().copy()
            : others.kek(wanted);
  }

  private static Optional<RecordMac> mac(KeyRecord record, KeyReference key) {
    return record.macs().stream()
        .filter(mac -> mac.keyId().equals(key.id()) && mac.provider().equals(key.provider().id()))
        .findFirst();
  }
}
