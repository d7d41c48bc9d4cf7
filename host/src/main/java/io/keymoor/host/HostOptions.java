package io.keymoor.host;

import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.HostSecrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Option;

/** Where the host is, for commands that root runs beside its agent. */
final class HostOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/keymoor/host",
      description = "The host's directory; otherwise ${DEFAULT-VALUE}.")
  private Path path = Path.of("");

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      defaultValue = "/run/keymoor",
      description = "Where hook, agent and key holder meet; otherwise ${DEFAULT-VALUE}.")
  private Path runtime = Path.of("");

  HostDirectory directory() {
    return new HostDirectory(path.toAbsolutePath().normalize());
  }

  Path runtime() {
    return runtime.toAbsolutePath().normalize();
  }

  HostSecrets secrets() {
    return new HostSecrets(directory(), runtime().resolve("key-holder"), new SecureRandom());
  }
}
