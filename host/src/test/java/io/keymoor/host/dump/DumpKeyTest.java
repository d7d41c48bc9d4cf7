package io.keymoor.host.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.TestHost;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dump key is there from the beginning, and goes under the host key with the first one. */
class DumpKeyTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID HOST = UUID.randomUUID();

  @TempDir private Path path = Path.of("");

  private static byte[] bytes(Optional<SecretBytes> secret) {
    try (SecretBytes present = secret.orElseThrow()) {
      return ClearBytes.<byte[], RuntimeException>read(present, byte[]::clone);
    }
  }

  @Test
  void theConfigurationSealsItUntilThereIsAHostKeyAndNoLonger() {
    TestHost host = TestHost.initialised(path.resolve("host"));
    try (HostConfiguration configuration = host.configuration();
        SecretBytes hostKey = SecretBytes.random(32, RANDOM)) {
      DumpKey key = new DumpKey(host.directory(), configuration, HOST, RANDOM);
      key.keep(Optional.empty());
      byte[] publicKey = key.publicKey().orElseThrow();
      byte[] privateKey = bytes(key.privateKey(Optional.empty()));
      key.keep(Optional.empty());
      assertThat(key.publicKey()).contains(publicKey);

      key.keep(Optional.of(hostKey));
      assertThat(key.publicKey()).contains(publicKey);
      assertThat(bytes(key.privateKey(Optional.of(hostKey)))).isEqualTo(privateKey);
      assertThat(key.privateKey(Optional.empty())).as("only the host key opens it now").isEmpty();
    }
  }

  @Test
  void onePairIsKeptAsLongAsItOpens() {
    TestHost host = TestHost.initialised(path.resolve("host"));
    try (HostConfiguration configuration = host.configuration();
        SecretBytes hostKey = SecretBytes.random(32, RANDOM);
        SecretBytes another = SecretBytes.random(32, RANDOM)) {
      DumpKey key = new DumpKey(host.directory(), configuration, HOST, RANDOM);
      key.keep(Optional.of(hostKey));
      byte[] publicKey = key.publicKey().orElseThrow();
      key.keep(Optional.of(hostKey));
      assertThat(key.publicKey()).contains(publicKey);
      key.keep(Optional.of(another));
      assertThat(key.publicKey().orElseThrow()).isNotEqualTo(publicKey);
    }
  }
}
