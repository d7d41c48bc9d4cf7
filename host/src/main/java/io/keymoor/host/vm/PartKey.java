package io.keymoor.host.vm;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.disk.DiskKey;
import io.keymoor.secret.SecretBytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The LUKS passphrase that follows from a disk's DEK, or none for a disk in clear; closed after
 * use.
 */
record PartKey(Optional<SecretBytes> passphrase) implements AutoCloseable {
  /** The key of a disk with this DEK, which stays open; of a disk in clear without one. */
  static PartKey of(@Nullable SecretBytes dek) {
    return new PartKey(Optional.ofNullable(dek).map(KeyDerivation::luksPassphrase));
  }

  DiskKey diskKey() {
    return passphrase.<DiskKey>map(DiskKey.RandomSecret::new).orElse(DiskKey.NONE);
  }

  @Override
  public void close() {
    passphrase.ifPresent(SecretBytes::close);
  }
}
