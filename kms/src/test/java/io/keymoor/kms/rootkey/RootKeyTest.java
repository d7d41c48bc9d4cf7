package io.keymoor.kms.rootkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.PassphraseKey;
import io.keymoor.kms.testing.Tools;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootKeyTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PassphraseKey.Cost CHEAP = new PassphraseKey.Cost(1, 64, 1);

  @TempDir private Path directory;

  @Test
  void aPassphraseOpensWhatItSealedAlsoAfterARestart() throws IOException {
    Path file = Files.writeString(directory.resolve("passphrase"), "correct horse\n");
    try (SecretBytes storeKey = SecretBytes.random(32, RANDOM);
        RootKey made = PassphraseRootKey.create(file, CHEAP, RANDOM)) {
      byte[] sealed = made.seal(storeKey);
      try (RootKey again = PassphraseRootKey.load(file, made.parameters(), RANDOM);
          SecretBytes opened = again.open(sealed)) {
        assertThat(opened).isEqualTo(storeKey);
      }
      Files.writeString(file, "wrong horse");
      try (RootKey wrong = PassphraseRootKey.load(file, made.parameters(), RANDOM)) {
        assertThatThrownBy(() -> wrong.open(sealed))
            .isInstanceOf(RootKeyException.class)
            .hasMessageContaining("passphrase is not the one")
            .hasMessageContaining("Nothing was changed");
      }
    }
  }

  @Test
  void aMissingOrEmptyPassphraseFileIsNamed() throws IOException {
    Path file = directory.resolve("nowhere");
    assertThatThrownBy(() -> PassphraseRootKey.create(file, CHEAP, RANDOM))
        .isInstanceOf(RootKeyException.class)
        .hasMessageContaining(file.toString());
    Files.writeString(file, "\n");
    assertThatThrownBy(() -> PassphraseRootKey.create(file, CHEAP, RANDOM))
        .hasMessageContaining("is empty");
  }

  @Test
  void aTokenKeepsItsKeyAndOpensWhatItSealed() throws IOException {
    Tools.require("softhsm2-util");
    Optional<Path> library =
        Stream.of(
                "/usr/lib/softhsm/libsofthsm2.so",
                "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
            .map(Path::of)
            .filter(Files::exists)
            .findFirst();
    Assumptions.assumeTrue(library.isPresent(), "skipped: libsofthsm2.so was not found");
    Path probe = directory.resolve("probe");
    String said =
        Tools.run(
            Map.of(),
            Path.of(System.getProperty("java.home"), "bin", "java"),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TokenProbe.class.getName(),
            library.get(),
            probe);
    assertThat(said).contains("same store key").contains("wrong PIN refused");
  }
}
