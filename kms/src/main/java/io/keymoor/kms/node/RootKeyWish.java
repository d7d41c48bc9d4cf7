package io.keymoor.kms.node;

import io.keymoor.crypto.SealedFile;
import io.keymoor.kms.node.NodeSettings.RootKeySource;
import io.keymoor.kms.rootkey.TpmRootKey;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** What shall seal the keys of a KMS. */
public sealed interface RootKeyWish {
  /**
   * A passphrase.
   *
   * @param file an existing file; empty for a random passphrase in the node's directory
   */
  record Passphrase(Optional<Path> file) implements RootKeyWish {
    private static final int BYTES = 32;
    private static final String FILE = "passphrase";

    @Override
    public RootKeySource prepare(Path directory, SecureRandom random) {
      Path chosen = file.orElse(directory.resolve(FILE)).toAbsolutePath();
      if (file.isEmpty() && !Files.exists(chosen)) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(bytes);
        SealedFile.replace(chosen, text);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(text, (byte) 0);
      }
      return new RootKeySource.PassphraseFile(chosen);
    }
  }

  /** A key in a PKCS#11 token. */
  record Token(RootKeySource.Pkcs11 token) implements RootKeyWish {
    @Override
    public RootKeySource prepare(Path directory, SecureRandom random) {
      return token;
    }
  }

  /**
   * This machine's TPM.
   *
   * @param pcrs the registers that have to stay as they are
   * @param recovery a passphrase that opens the keys too, when the TPM no longer does
   */
  record MachineTpm(Tpm tpm, PcrSelection pcrs, Optional<Path> recovery) implements RootKeyWish {
    private static final String FILE = "root-key";

    @Override
    public RootKeySource prepare(Path directory, SecureRandom random) {
      // Never the file that is in use: until the settings name the new one, the old one counts.
      Path file = directory.resolve(FILE + ".tpm");
      for (int number = 2; Files.exists(file); number++) {
        file = directory.resolve(FILE + "-" + number + ".tpm");
      }
      TpmRootKey.create(file, tpm, pcrs, random);
      return new RootKeySource.TpmFile(file.toAbsolutePath(), tpm.tcti());
    }

    @Override
    public Optional<RootKeySource> second() {
      return recovery.map(file -> new RootKeySource.PassphraseFile(file.toAbsolutePath()));
    }
  }

  /** Makes what it needs in the node's directory. */
  RootKeySource prepare(Path directory, SecureRandom random);

  /** A second way to the keys. */
  default Optional<RootKeySource> second() {
    return Optional.empty();
  }
}
