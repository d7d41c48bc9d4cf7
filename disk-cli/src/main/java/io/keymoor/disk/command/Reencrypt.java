package io.keymoor.disk.command;

import io.keymoor.disk.DiskKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymoor disk reencrypt}. */
@Command(
    name = "reencrypt",
    description = "Encrypts an image anew: new volume key, new key to open it.",
    mixinStandardHelpOptions = true)
final class Reencrypt implements Runnable {
  private final Console console;

  @Mixin private Where where = new Where();
  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = "--key-file",
      required = true,
      paramLabel = "KEYFILE",
      description = "What opens the image now.")
  private String keyFile = "";

  @Option(
      names = "--new-key-file",
      required = true,
      paramLabel = "KEYFILE",
      description = "What shall open the result.")
  private String newKeyFile = "";

  @Option(
      names = "--new-key-is-random",
      description = {
        "The new key has 256 random bits, as from openssl rand -hex 32: its keyslot opens at once.",
        "Without this it counts as a passphrase, and each try costs a second."
      })
  private boolean random;

  Reencrypt(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Keys keys = new Keys(console)) {
      DiskKey present = keys.read(keyFile, false);
      new ConvertingCommand(console, spec).run(where, present, keys.read(newKeyFile, random));
    }
  }
}
