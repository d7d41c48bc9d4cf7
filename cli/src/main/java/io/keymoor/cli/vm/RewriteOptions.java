package io.keymoor.cli.vm;

import io.keymoor.cli.client.Rewriting;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How data is written anew, of every command that does that. */
final class RewriteOptions {
  private static final long MEBIBYTE = 1024 * 1024;

  @ArgGroup private @Nullable Way way;

  @Option(
      names = "--limit",
      paramLabel = "MIB",
      description = "At most so many MiB in a second; otherwise no limit.")
  private long limit;

  /** One of them at most. */
  static final class Way {
    @Option(names = "--live", description = "While the VM runs; the default when it runs.")
    private boolean live;

    @Option(names = "--copy", description = "By copy while the VM is off; the default when it is.")
    private boolean copy;

    @Option(
        names = "--in-place",
        description =
            "In the same image while the VM is off, without room for a copy. Nothing opens the disk"
                + " until it has ended; a cancel moves everything back.")
    private boolean inPlace;

    Optional<String> text() {
      if (live) {
        return Optional.of("live");
      }
      if (inPlace) {
        return Optional.of("in-place");
      }
      return copy ? Optional.of("copy") : Optional.empty();
    }
  }

  Rewriting rewriting() {
    return new Rewriting(Optional.ofNullable(way).flatMap(Way::text), limit * MEBIBYTE);
  }
}
