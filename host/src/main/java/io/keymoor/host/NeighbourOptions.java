package io.keymoor.host;

import io.keymoor.protocol.HostHello;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an agent is told of its host's neighbours. */
final class NeighbourOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Mixin private MigrationOptions migration = new MigrationOptions();

  @Option(
      names = "--lease-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "After how long without a sign of life VMs may be taken from a host that was fenced;"
              + " otherwise ${DEFAULT-VALUE}. The same on all hosts.")
  private int leaseSeconds = 30;

  @Option(
      names = "--storage-is-shared",
      description =
          "Migrate VMs though libvirt takes their storage for one host's own. For trying things out"
              + " only.")
  private boolean storageIsShared;

  /** How others reach this host; absent where no VM comes to it. */
  Optional<HostHello.Reach> reach() {
    Optional<String> address = migration.address();
    if (migration.uri().isPresent() != address.isPresent()) {
      throw wrong(
          "--migration-uri and --migration-address go together. The agent was not started.");
    }
    return migration.uri().map(it -> new HostHello.Reach(it, address.orElseThrow()));
  }

  Path pki() {
    return migration.pki();
  }

  Duration silence() {
    if (leaseSeconds < 1 || leaseSeconds > 3600) {
      throw wrong("--lease-seconds is from 1 to 3600. The agent was not started.");
    }
    return Duration.ofSeconds(leaseSeconds);
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }

  boolean storageIsShared() {
    return storageIsShared;
  }
}
