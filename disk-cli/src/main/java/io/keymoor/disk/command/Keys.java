package io.keymoor.disk.command;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keys of one command, erased when it ends. */
final class Keys implements AutoCloseable {
  private static final int LONGEST = 64 * 1024;
  private static final String STANDARD_INPUT = "-";

  private final Console console;
  private final List<SecretBytes> opened = new ArrayList<>();

  Keys(Console console) {
    this.console = console;
  }

  /** The key in {@code file}, or on standard input; an empty name is no key. */
  DiskKey read(String file, boolean random) {
    if (file.isEmpty()) {
      return DiskKey.NONE;
    }
    SecretBytes secret = SecretBytes.takeOver(bytes(file));
    opened.add(secret);
    return random ? randomSecret(file, secret) : new DiskKey.Passphrase(secret);
  }

  private static DiskKey randomSecret(String file, SecretBytes secret) {
    if (secret.length() < 32) {
      throw new DiskException.NotADisk(
          file, "a random key of 256 bits has 32 bytes or more, and this has " + secret.length());
    }
    return new DiskKey.RandomSecret(secret);
  }

  private byte[] bytes(String file) {
    byte[] bytes =
        file.equals(STANDARD_INPUT) ? withoutLineEnd(all(file, console.in())) : ofFile(file);
    if (bytes.length == 0) {
      throw new DiskException.NotADisk(file, "it should hold a key and is empty");
    }
    return bytes;
  }

  private static byte[] ofFile(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return all(file, in);
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(file, 0, e);
    }
  }

  private static byte[] all(String file, InputStream in) {
    try {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new DiskException.NotADisk(file, "a key has " + LONGEST + " bytes at most");
      }
      return bytes;
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(file, 0, e);
    }
  }

  private static byte[] withoutLineEnd(byte[] bytes) {
    int length = bytes.length;
    length -= length > 0 && bytes[length - 1] == '\n' ? 1 : 0;
    byte[] key = Arrays.copyOf(bytes, length);
    Arrays.fill(bytes, (byte) 0);
    return key;
  }

  @Override
  public void close() {
    opened.forEach(SecretBytes::close);
  }
}
