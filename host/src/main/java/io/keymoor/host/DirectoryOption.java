package io.keymoor.host;

import io.keymoor.host.config.HostDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which host, for the commands beside its agent; picocli fills it in. */
final class DirectoryOption {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/keymoor/host",
      description = "The host's directory; otherwise ${DEFAULT-VALUE}.")
  private Path path = Path.of("");

  HostDirectory directory() {
    return new HostDirectory(path.toAbsolutePath().normalize());
  }
}
