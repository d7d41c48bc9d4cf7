package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A KEK of a standard provider as an object names it: the provider may have another id here (P2).
 *
 * @param provider the provider's id in the object's record
 * @param id the key's id in the KMS
 * @param name the provider's name in the record
 */
public record NeededKey(UUID provider, KeyId id, ProviderName name) {
  /**
   * What an object needs: the keys of current, pending and previous entries, since an older copy of
   * the record may be the one that counts.
   */
  public static Set<NeededKey> of(KeyRecord record) {
    Set<NeededKey> needed = new LinkedHashSet<>();
    for (PartKeys part : record.parts()) {
      Stream.of(part.current(), part.pending(), part.previous())
          .flatMap(Optional::stream)
          .filter(entry -> entry.provider().type() == ProviderType.STANDARD)
          .map(
              entry -> new NeededKey(entry.provider().id(), entry.keyId(), entry.provider().name()))
          .forEach(needed::add);
    }
    return needed;
  }

  /** One line: provider id, key id, provider name. Neither of the ids holds a space. */
  public String text() {
    return provider + " " + id + " " + name;
  }

  /** The inverse of {@link #text}. */
  public static NeededKey parse(String text) {
    String[] fields = text.split(" ", 3);
    return new NeededKey(
        UUID.fromString(fields[0]), new KeyId(fields[1]), new ProviderName(fields[2]));
  }
}
