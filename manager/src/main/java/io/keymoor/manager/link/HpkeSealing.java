package io.keymoor.manager.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Hpke;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.port.HostSealing;
import io.keymoor.protocol.SealedKey;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/** Seals keys to a host's enrolled X25519 key, as {@link SealedKey} says. Thread-safe. */
public final class HpkeSealing implements HostSealing {
  private final SecureRandom random;

  public HpkeSealing(SecureRandom random) {
    this.random = random;
  }

  @Override
  public byte[] seal(SecretBytes kdk, UUID provider, Host host) {
    return Hpke.seal(
        Base64.getDecoder().decode(host.identity().sealingKey()),
        SealedKey.INFO.getBytes(UTF_8),
        SealedKey.context(provider, host.id()).getBytes(UTF_8),
        kdk,
        random);
  }
}
