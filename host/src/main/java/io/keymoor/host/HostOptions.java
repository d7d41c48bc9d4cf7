package io.keymoor.host;

import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.HostSecrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the host is, for commands that root runs beside its agent. */
final class HostOptions {
  @Mixin private DirectoryOption host = new DirectoryOption();

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      defaultValue = "/run/keymoor",
      description = "Where hook, agent and key holder meet; otherwise ${DEFAULT-VALUE}.")
  private Path runtime = Path.of("");

  HostDirectory directory() {
    return host.directory();
  }

  Path runtime() {
    return runtime.toAbsolutePath().normalize();
  }

  HostSecrets secrets() {
    return new HostSecrets(directory(), runtime().resolve("key-holder"), new SecureRandom());
  }
}
