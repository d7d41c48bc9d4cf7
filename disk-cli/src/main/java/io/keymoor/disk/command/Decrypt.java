package io.keymoor.disk.command;

import io.keymoor.disk.DiskKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymoor disk decrypt}. */
@Command(name = "decrypt", description = "Decrypts an image.", mixinStandardHelpOptions = true)
final class Decrypt implements Runnable {
  private final Console console;

  @Mixin private Where where = new Where();
  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = "--key-file",
      required = true,
      paramLabel = "KEYFILE",
      description = "What opens the image now.")
  private String keyFile = "";

  Decrypt(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Keys keys = new Keys(console)) {
      new ConvertingCommand(console, spec).run(where, keys.read(keyFile, false), DiskKey.NONE);
    }
  }
}
