package io.keymoor.host.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.SealedBytes;
import io.keymoor.protocol.SealedKey;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Seals keys to one host as a manager does. */
final class SealsForHost {
  private final UUID host;
  private final byte[] publicKey;
  private final SecureRandom random;

  SealsForHost(UUID host, byte[] publicKey, SecureRandom random) {
    this.host = host;
    this.publicKey = publicKey.clone();
    this.random = random;
  }

  ProviderAssignment assignment(UUID provider, String name, SecretBytes kdk) {
    byte[] sealed =
        Hpke.seal(
            publicKey,
            SealedKey.INFO.getBytes(UTF_8),
            SealedKey.context(provider, host).getBytes(UTF_8),
            kdk,
            random);
    return new ProviderAssignment(
        provider,
        name,
        List.of(),
        "native",
        false,
        KeyCheckValue.of(kdk).hex(),
        Optional.of(new SealedKey(sealed)));
  }

  SealedKeys keys(
      UUID cluster, long revision, UUID provider, List<String> ids, List<SecretBytes> keks) {
    SealedKeys.Recipient recipient = new SealedKeys.Recipient(host, cluster, revision);
    try (SecretBytes all = SecretBytes.joined(keks)) {
      return new SealedKeys(
          provider,
          ids,
          new SealedBytes(
              Hpke.seal(
                  publicKey,
                  SealedKeys.INFO.getBytes(UTF_8),
                  SealedKeys.context(recipient, provider, ids),
                  all,
                  random)));
    }
  }
}
