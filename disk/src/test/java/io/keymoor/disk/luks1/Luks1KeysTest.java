package io.keymoor.disk.luks1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.SeededRandom;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Luks1KeysTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = HashSpec.class,
      names = {"SHA256", "SHA512"})
  void whatWasCreatedOpensWithItsSecretOnly(HashSpec hash) {
    try (ImageFile file = ImageFile.create(directory.resolve("c.luks"));
        NewLuks1Container container = Luks1Keys.create(TestDisk.key(), hash, new SecureRandom());
        SecretBytes secret = TestDisk.secret(TestDisk.KEY_TEXT);
        SecretBytes wrong = TestDisk.secret(TestDisk.OTHER_KEY_TEXT)) {
      file.growTo(container.areaBytes());
      container.writeKeyMaterial(file, 0);
      container.writeHeader(file, 0);
      try (ImageFile again = ImageFile.openToLook(file.path())) {
        Luks1Header header = Luks1Header.read(again);
        try (SecretBytes volumeKey = Luks1Keys.unlock(again, header, secret)) {
          assertThat(volumeKey).isEqualTo(container.volumeKey());
        }
        assertThatThrownBy(() -> Luks1Keys.unlock(again, header, wrong))
            .isInstanceOf(DiskException.WrongKey.class)
            .hasMessageContaining("no keyslot accepts it")
            .hasMessageNotContaining(TestDisk.OTHER_KEY_TEXT);
      }
    }
  }

  @Test
  void aContainerWithoutItsHeaderIsNoContainer() {
    try (ImageFile file = ImageFile.create(directory.resolve("c.luks"));
        NewLuks1Container container =
            Luks1Keys.create(TestDisk.key(), HashSpec.SHA256, new SecureRandom())) {
      file.growTo(container.areaBytes());
      container.writeKeyMaterial(file, 0);
      try (ImageFile again = ImageFile.openToLook(file.path())) {
        assertThatThrownBy(() -> Luks1Header.read(again))
            .hasMessageContaining("the LUKS magic is missing");
      }
    }
  }

  @Test
  void guessingAPassphraseCostsAMillionIterationsAndARandomSecretTheMinimum() {
    try (SecretBytes words = TestDisk.secret("correct horse");
        NewLuks1Container passphrase =
            Luks1Keys.create(new DiskKey.Passphrase(words), HashSpec.SHA256, new SeededRandom(3));
        NewLuks1Container random =
            Luks1Keys.create(TestDisk.key(), HashSpec.SHA256, new SeededRandom(3))) {
      assertThat(firstSlot(passphrase).iterations()).isEqualTo(1_000_000);
      assertThat(firstSlot(random).iterations()).isEqualTo(1000);
    }
  }

  private Luks1Header.Keyslot firstSlot(NewLuks1Container container) {
    Path path = directory.resolve("c" + container.hashCode());
    try (ImageFile file = ImageFile.create(path)) {
      file.growTo(container.areaBytes());
      container.writeHeader(file, 0);
      try (ImageFile again = ImageFile.openToLook(path)) {
        return Luks1Header.read(again).keyslots().getFirst();
      }
    }
  }

  @Test
  void sha1IsReadButNeverWritten() {
    assertThatThrownBy(() -> Luks1Keys.create(TestDisk.key(), HashSpec.SHA1, new SecureRandom()))
        .hasMessage("SHA-1 is read, not written");
  }
}
