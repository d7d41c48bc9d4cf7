package io.keymoor.disk.command;

import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.VerifyResult;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor disk verify}. */
@Command(
    name = "verify",
    description = "Opens an image and reads all of it.",
    mixinStandardHelpOptions = true)
final class Verify implements Runnable {
  private final Console console;

  @Parameters(index = "0", paramLabel = "FILE")
  private Path file = Path.of("");

  @Option(
      names = "--key-file",
      paramLabel = "KEYFILE",
      description = "What opens the image; none for an image in clear.")
  private String keyFile = "";

  Verify(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    try (Keys keys = new Keys(console);
        ProgressLine line = new ProgressLine(console)) {
      VerifyResult result =
          new DiskEngine(new SecureRandom(), console.machine())
              .verify(new SourceImage(file, keys.read(keyFile, false)), line, console.cancel());
      line.clear();
      console
          .out()
          .println(
              file
                  + " can be read whole: a disk of "
                  + Sizes.show(result.bytes())
                  + ", "
                  + Sizes.show(result.dataBytes())
                  + " of it data"
                  + ConvertingCommand.in(result.elapsed()));
    }
  }
}
