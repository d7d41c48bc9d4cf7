package io.keymoor.quickstart.scene;

import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.NewFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The provider's backup and its password, each in a file that only its owner reads. An
 * administrator keeps the two in different places; here both are needed again in a minute.
 *
 * @param directory where they are
 * @param provider the provider's name
 */
public record BackupFile(Path directory, String provider) {
  private static final int PASSWORD_BYTES = 16;

  /** The PKCS#12 file. */
  public Path file() {
    return directory.resolve(provider + ".p12");
  }

  /** The file with its password. */
  public Path passwordFile() {
    return directory.resolve(provider + ".password");
  }

  /** Makes up a password and keeps it. The caller closes it. */
  public Password newPassword() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
    NewFile.write(passwordFile(), text);
    Arrays.fill(text, (byte) 0);
    Arrays.fill(random, (byte) 0);
    return password();
  }

  /** The password. The caller closes it. */
  public Password password() {
    return Password.takeOver(passwordCharacters());
  }

  /** The password's characters, which the caller zeroes. */
  public char[] passwordCharacters() {
    byte[] text = bytes(passwordFile());
    char[] characters = new char[text.length];
    for (int i = 0; i < text.length; i++) {
      characters[i] = (char) text[i];
    }
    Arrays.fill(text, (byte) 0);
    return characters;
  }

  /** Keeps what the manager exported. */
  public void write(byte[] backup) {
    NewFile.write(file(), backup);
  }

  /** The backup, which the caller zeroes. */
  public byte[] read() {
    return bytes(file());
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
