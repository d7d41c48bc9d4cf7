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
  /** The public half of the dump key; absent when the host has no host key yet. */
  public Optional<byte[]> publicKey() {
    return with(at -> {
      Optional<byte[]> there = at.dumpKey().publicKey();
      if (there.isPresent()) {
        return there;
      }
      Optional<SecretBytes> hostKey = at.encryption().key();
      if (hostKey.isEmpty()) {
        return Optional.empty();
      }
      try (SecretBytes key = hostKey.get()) {
        at.dumpKey().keep(key);
      }
      return at.dumpKey().publicKey();
    });
  }

  /** The private half, owned by the caller; absent when the host key can't be had now. */
  public Optional<SecretBytes> privateKey() {
    return with(at -> {
      Optional<SecretBytes> hostKey = at.encryption().key();
      if (hostKey.isEmpty()) {
        return Optional.empty();
      }
      try (SecretBytes key = hostKey.get()) {
        return at.dumpKey().privateKey(key);
      }
    });
  }

  private record At(HostEncryption encryption, DumpKey dumpKey) {}

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
                new DumpKey(directory, enrolment.hostId(), random)));
      }
    }
  }
}
