package io.keymoor.host.dump;

import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.keys.DesiredProviders;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.keys.KeptKeks;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a command that root runs beside the agent knows of the host's keys: those of native
 * providers by itself, those of standard ones from the key holder. Nothing is changed but the dump
 * key, when there is none yet.
 *
 * @param directory the host's
 * @param keyHolder where the key holder is
 * @param random makes a dump key
 */
public record HostSecrets(HostDirectory directory, Path keyHolder, SecureRandom random) {
  /** The public half of the dump key; absent when it is gone and the host key can't be had now. */
  public Optional<byte[]> publicKey() {
    return with(at -> {
      if (at.dumpKey().publicKey().isEmpty()) {
        at.keep();
      }
      return at.dumpKey().publicKey();
    });
  }

  /** The private half, owned by the caller; absent when the host key can't be had now. */
  public Optional<SecretBytes> privateKey() {
    return with(at -> {
      Optional<SecretBytes> hostKey = at.encryption().key();
      try {
        return at.dumpKey().privateKey(hostKey);
      } finally {
        hostKey.ifPresent(SecretBytes::close);
      }
    });
  }

  private record At(HostEncryption encryption, DumpKey dumpKey) {
    void keep() {
      Optional<SecretBytes> hostKey = encryption.key();
      try {
        dumpKey.keep(hostKey);
      } finally {
        hostKey.ifPresent(SecretBytes::close);
      }
    }
  }

  private <T> T with(Function<At, T> work) {
    try (HostConfiguration configuration = HostConfiguration.open(directory, random);
        HostKeys keys = new HostKeys()) {
      Enrolment enrolment = Enrolment.look(directory, configuration);
      new DesiredProviders(configuration, keys, enrolment.hostId(), configuration.sealedByTpm())
          .load();
      try (KeptKeks kept = new KeptKeks(keyHolder, configuration, keys)) {
        kept.load();
        return work.apply(
            new At(
                new HostEncryption(configuration, keys, enrolment.hostId(), random),
                new DumpKey(directory, configuration, enrolment.hostId(), random)));
      }
    }
  }
}
