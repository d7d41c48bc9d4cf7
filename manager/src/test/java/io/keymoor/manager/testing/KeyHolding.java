package io.keymoor.manager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Hpke;
import io.keymoor.protocol.HeldDigest;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.KeyDigest;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.MissingKeys;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.secret.SecretBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The KEKs of a host that does what updates say, as far as a test lets it. */
public final class KeyHolding implements AutoCloseable {
  private final UUID host;
  private final UUID cluster;
  private final SecretBytes sealingKey;
  private final Map<UUID, Map<String, SecretBytes>> keks = new HashMap<>();
  private final HeldDigest digest = new HeldDigest();
  private List<MissingKeys> missing = List.of();
  private long revision;
  private boolean listing;

  public KeyHolding(UUID host, UUID cluster, SecretBytes sealingKey) {
    this.host = host;
    this.cluster = cluster;
    this.sealingKey = sealingKey;
  }

  /** What the host says with a poll. */
  public HeldKeys said() {
    HeldKeys said =
        new HeldKeys(
            revision,
            digest.text(),
            KeyDigest.ofMissing(missing),
            listing ? Optional.of(names()) : Optional.empty());
    listing = false;
    return said;
  }

  private List<KeyNames> names() {
    return keks.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry -> new KeyNames(entry.getKey(), List.copyOf(entry.getValue().keySet())))
        .toList();
  }

  /** Does what an update says. */
  public void apply(KeyUpdate update) {
    listing = update.listing();
    if (listing) {
      return;
    }
    update.forgotten().forEach(names -> names.ids().forEach(id -> forget(names.provider(), id)));
    update.sealed().forEach(bundle -> open(bundle, update.revision()));
    missing = update.missing();
    revision = update.revision();
  }

  private void open(SealedKeys bundle, long at) {
    byte[] context =
        SealedKeys.context(
            new SealedKeys.Recipient(host, cluster, at), bundle.provider(), bundle.ids());
    try (SecretBytes all =
        Hpke.open(sealingKey, SealedKeys.INFO.getBytes(UTF_8), context, bundle.sealed().bytes())) {
      List<SecretBytes> each = all.cut(SealedKeys.KEK_BYTES);
      for (int i = 0; i < each.size(); i++) {
        take(bundle.provider(), bundle.ids().get(i), each.get(i));
      }
    }
  }

  private void take(UUID provider, String id, SecretBytes kek) {
    SecretBytes before = keks.computeIfAbsent(provider, _ -> new HashMap<>()).put(id, kek);
    if (before == null) {
      digest.add(provider, id);
    } else {
      before.close();
    }
  }

  private void forget(UUID provider, String id) {
    SecretBytes kek = keks.getOrDefault(provider, Map.of()).remove(id);
    if (kek != null) {
      kek.close();
      digest.remove(provider, id);
    }
  }

  /** Lost everything, as by a reboot. */
  public void reboot() {
    keks.forEach((provider, own) -> List.copyOf(own.keySet()).forEach(id -> forget(provider, id)));
    missing = List.of();
    revision = 0;
  }

  /** The agent was restarted and has its keys from the key holder. */
  public void restartAgent() {
    missing = List.of();
    revision = 0;
  }

  /** A key that it has. */
  public Optional<SecretBytes> kek(UUID provider, String id) {
    return Optional.ofNullable(keks.getOrDefault(provider, Map.of()).get(id));
  }

  public int size() {
    return keks.values().stream().mapToInt(Map::size).sum();
  }

  public List<MissingKeys> missing() {
    return missing;
  }

  @Override
  public void close() {
    keks.values().forEach(own -> own.values().forEach(SecretBytes::close));
  }
}
