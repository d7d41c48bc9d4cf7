package io.keymoor.disk.command;

import io.keymoor.disk.engine.HeaderBackup;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor disk header backup} and {@code restore}. */
@Command(
    name = "header",
    description = "Keeps a copy of the LUKS header of a raw image, and puts it back.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class Header {
  private final Console console;

  Header(Console console) {
    this.console = console;
  }

  @Command(
      name = "backup",
      description = "Writes the header of FILE to a new file.",
      mixinStandardHelpOptions = true)
  void backup(
      @Parameters(index = "0", paramLabel = "FILE") Path file,
      @Option(names = "--to", required = true, paramLabel = "NEW") Path to) {
    HeaderBackup.save(file, to);
    console
        .out()
        .println(
            to
                + " holds the header of "
                + file
                + ". Every key of today opens the disk with it, also once it was removed.");
  }

  @Command(
      name = "restore",
      description = "Puts the header of a backup back into FILE.",
      mixinStandardHelpOptions = true)
  void restore(
      @Parameters(index = "0", paramLabel = "FILE") Path file,
      @Option(names = "--from", required = true, paramLabel = "BACKUP") Path from,
      @Option(names = "--key-file", required = true, description = "What opens the backup.")
          String keyFile,
      @Option(
              names = "--header-is-gone",
              description = "FILE has no readable header left to compare the backup with.")
          boolean gone) {
    try (Keys keys = new Keys(console)) {
      HeaderBackup.restore(
          file,
          from,
          Key.secretOf(keys.read(keyFile, false), keyFile),
          gone ? HeaderBackup.Present.ANYTHING : HeaderBackup.Present.SAME_CONTAINER);
      console.out().println(file + " has its header back.");
    }
  }
}
