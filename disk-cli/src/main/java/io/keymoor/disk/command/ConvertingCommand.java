package io.keymoor.disk.command;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.CopyResult;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.RateLimit;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.inplace.InPlaceEngine;
import io.keymoor.disk.inplace.InPlaceRequest;
import io.keymoor.disk.inplace.InPlaceResult;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine;

/** What encrypt, decrypt and reencrypt do once the keys are known. */
final class ConvertingCommand {
  private final Console console;
  private final CommandLine.Model.CommandSpec spec;

  ConvertingCommand(Console console, CommandLine.Model.CommandSpec spec) {
    this.console = console;
    this.spec = spec;
  }

  void run(Where where, DiskKey present, DiskKey wanted) {
    if (!where.luksIsKnown()) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--luks takes 1 or 2");
    }
    if (where.idle() && !console.machine().yieldDisks()) {
      console
          .err()
          .println(
              "keymoor: this system gives no IO priorities, so --idle changes nothing; --limit RATE"
                  + " leaves the disk to others, too.");
    }
    try (ProgressLine line = new ProgressLine(console)) {
      ProgressListener listener = RateLimit.of(where.limit(), line);
      String summary =
          where
              .copy()
              .map(to -> copy(where, to, present, wanted, listener))
              .orElseGet(() -> convert(where, present, wanted, listener));
      line.clear();
      console.out().println(summary);
    }
  }

  private String copy(
      Where where, Path to, DiskKey present, DiskKey wanted, ProgressListener listener) {
    TargetImage target = new TargetImage(to, where.format(), wanted, where.luksVersion(), 512);
    CopyResult result =
        new DiskEngine(new SecureRandom(), console.machine())
            .copy(
                new CopyRequest(new SourceImage(where.file(), present), target),
                listener,
                console.cancel());
    return to
        + " is written and verified: a disk of "
        + Sizes.show(result.bytes())
        + in(result.elapsed())
        + " "
        + where.file()
        + " is as it was.";
  }

  private String convert(Where where, DiskKey present, DiskKey wanted, ProgressListener listener) {
    InPlaceResult result =
        new InPlaceEngine(new SecureRandom(), console.machine())
            .convert(
                new InPlaceRequest(
                    where.file(), SourceFormat.DETECT, present, wanted, where.luksIfSaid()),
                listener,
                console.cancel());
    return summary(where.file(), result);
  }

  static String summary(Path file, InPlaceResult result) {
    String outcome =
        switch (result.outcome()) {
          case CONVERTED -> " is converted: a disk of ";
          case ROLLED_BACK -> " is what it was before: a disk of ";
        };
    StringBuilder text =
        new StringBuilder(file + outcome + Sizes.show(result.bytes()) + in(result.elapsed()));
    result.remains().forEach(remain -> text.append(System.lineSeparator()).append(remain));
    return text.toString();
  }

  static String in(Duration elapsed) {
    return String.format(Locale.ROOT, ", in %.1f s.", elapsed.toMillis() / 1000.0);
  }
}
