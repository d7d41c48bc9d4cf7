package io.keymoor.manager.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Hpke;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import io.keymoor.protocol.HeldDigest;
import io.keymoor.protocol.KeyDigest;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.provider.IssuedKey;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** KEKs as {@link SealedKeys} says, names as {@link KeyDigest} does. Thread-safe. */
public final class HpkeKekSealing implements KekSealing {
  private static final byte[] INFO = SealedKeys.INFO.getBytes(UTF_8);

  private final SecureRandom random;

  public HpkeKekSealing(SecureRandom random) {
    this.random = random;
  }

  @Override
  public HeldFingerprint fingerprint() {
    return new Fingerprint(new HeldDigest());
  }

  private record Fingerprint(HeldDigest digest) implements HeldFingerprint {
    @Override
    public void add(KeyName key) {
      digest.add(key.provider(), key.id().text());
    }

    @Override
    public void remove(KeyName key) {
      digest.remove(key.provider(), key.id().text());
    }

    @Override
    public HeldFingerprint copy() {
      return new Fingerprint(digest.copy());
    }

    @Override
    public String text() {
      return digest.text();
    }
  }

  @Override
  public String digestOfMissing(Map<KeyName, String> missing) {
    return missing.isEmpty()
        ? KeyDigest.NOTHING_MISSING
        : KeyDigest.ofMissing(KeyMessages.missing(missing));
  }

  @Override
  public byte[] seal(UUID provider, List<IssuedKey> keys, Host host, long revision) {
    SealedKeys.Recipient recipient =
        new SealedKeys.Recipient(host.id(), host.clusterId(), revision);
    List<String> ids = keys.stream().map(key -> key.id().text()).toList();
    try (SecretBytes all = SecretBytes.joined(keys.stream().map(IssuedKey::kek).toList())) {
      return Hpke.seal(
          Base64.getDecoder().decode(host.identity().sealingKey()),
          INFO,
          SealedKeys.context(recipient, provider, ids),
          all,
          random);
    }
  }

  @Override
  public int mostInOne() {
    return SealedKeys.MOST;
  }
}
