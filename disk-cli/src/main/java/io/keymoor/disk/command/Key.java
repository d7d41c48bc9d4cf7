package io.keymoor.disk.command;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.engine.Keyslots;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor disk key add} and {@code remove}. */
@Command(
    name = "key",
    description = "Adds and removes keys of an encrypted image; its data stays as it is.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class Key {
  private static final String KEY_FILE = "--key-file";

  private final Console console;

  Key(Console console) {
    this.console = console;
  }

  @Command(
      name = "add",
      description = "Makes one more key open the image.",
      mixinStandardHelpOptions = true)
  void add(
      @Parameters(index = "0", paramLabel = "FILE") Path file,
      @Option(names = KEY_FILE, required = true, description = "What opens the image now.")
          String keyFile,
      @Option(names = "--new-key-file", required = true, description = "What shall, too.")
          String newKeyFile,
      @Option(names = "--new-key-is-random", description = "The new key has 256 random bits.")
          boolean random) {
    try (Keys keys = new Keys(console)) {
      SecretBytes present = secretOf(keys.read(keyFile, false), keyFile);
      int slot = new Keyslots(new SecureRandom()).add(file, present, keys.read(newKeyFile, random));
      console.out().println(file + " opens with the new key, too (keyslot " + slot + ").");
    }
  }

  @Command(
      name = "remove",
      description = "Removes the key in KEYFILE; the last key of an image stays.",
      mixinStandardHelpOptions = true)
  void remove(
      @Parameters(index = "0", paramLabel = "FILE") Path file,
      @Option(names = KEY_FILE, required = true, description = "What shall open it no more.")
          String keyFile) {
    try (Keys keys = new Keys(console)) {
      int count =
          new Keyslots(new SecureRandom())
              .remove(file, secretOf(keys.read(keyFile, false), keyFile));
      console
          .out()
          .println(file + " opens with that key no more (keyslots removed: " + count + ").");
    }
  }

  static SecretBytes secretOf(DiskKey key, String file) {
    return switch (key) {
      case DiskKey.None none -> throw new DiskException.NotADisk(file, "it should hold a key");
      case DiskKey.RandomSecret random -> random.secret();
      case DiskKey.Passphrase passphrase -> passphrase.words();
    };
  }
}
