package io.keymoor.disk.command;

import io.keymoor.disk.inplace.InPlaceEngine;
import io.keymoor.disk.inplace.InPlaceRequest;
import io.keymoor.disk.inplace.InPlaceResult;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymoor disk rollback}. */
@Command(
    name = "rollback",
    description = "Undoes a conversion in place that has not finished.",
    mixinStandardHelpOptions = true)
final class RollBack implements Runnable {
  private final Console console;

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE")
  private Path file = Path.of("");

  @Option(
      names = "--key-file",
      paramLabel = "KEYFILE",
      description = "What opened the image before; none if it was in clear.")
  private String keyFile = "";

  @Option(
      names = "--new-key-file",
      paramLabel = "KEYFILE",
      description = "What should have opened it; none if it was being decrypted.")
  private String newKeyFile = "";

  RollBack(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (keyFile.isEmpty() && newKeyFile.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "rollback takes the keys that the conversion was begun with");
    }
    try (Keys keys = new Keys(console);
        ProgressLine line = new ProgressLine(console)) {
      InPlaceResult result =
          new InPlaceEngine(new SecureRandom(), console.machine())
              .rollBack(
                  new InPlaceRequest(file, keys.read(keyFile, false), keys.read(newKeyFile, false)),
                  line,
                  console.cancel());
      line.clear();
      console.out().println(ConvertingCommand.summary(file, result));
    }
  }
}
