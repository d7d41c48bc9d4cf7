package io.keymoor.hypervisor.vtpm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.Lab;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VtpmRekeyTest {
  @TempDir private Path directory;
  private Path old;
  private Path fresh;

  @BeforeEach
  void makeAState() throws IOException {
    Lab.requireProgram("swtpm");
    Lab.requireProgram("swtpm_setup");
    old = Files.createDirectory(directory.resolve("old"));
    fresh = Files.createDirectory(directory.resolve("fresh"));
    Path passphrase = Files.writeString(directory.resolve("one"), "one".repeat(20));
    Program.of("swtpm_setup", "--tpm2", "--tpm-state", old.toString())
        .with("--pwdfile", passphrase.toString(), "--cipher", "aes-256-cbc")
        .output();
  }

  private static SecretBytes passphrase(String text) {
    return SecretBytes.takeOver(text.repeat(20).getBytes(US_ASCII));
  }

  @Test
  void theSameStateOpensUnderTheNewPassphraseOnlyAndTheOldFileIsUntouched() throws IOException {
    byte[] before = Files.readAllBytes(old.resolve(VtpmRekey.STATE_FILE));
    try (SecretBytes one = passphrase("one");
        SecretBytes two = passphrase("two")) {
      VtpmRekey.rekey(old, fresh, one, two);
      assertThat(fresh.resolve(VtpmRekey.STATE_FILE)).isRegularFile();
      assertThat(old.resolve(VtpmRekey.STATE_FILE)).hasBinaryContent(before);
      Path again = Files.createDirectory(directory.resolve("again"));
      assertThatThrownBy(() -> VtpmRekey.rekey(fresh, again, one, two))
          .isInstanceOf(ProgramFailed.class)
          .hasMessageContaining("can't be opened with its key");
      assertThat(again).isEmptyDirectory();
      VtpmRekey.rekey(fresh, again, two, one);
      assertThat(again.resolve(VtpmRekey.STATE_FILE)).isRegularFile();
    }
  }
}
