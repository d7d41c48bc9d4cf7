package io.keymoor.systemtests.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.hypervisor.process.Program;
import io.keymoor.hypervisor.process.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package is built from this build's archives and tried in a throw-away copy of the system. */
class PackageTest {
  private static final int CANT_BE_TRIED_HERE = 77;
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /** Highest exposure that "systemd-analyze security" may find, per unit. */
  private static final Map<String, Double> EXPOSURE =
      Map.of(
          "keymoor-manager.service", 2.0,
          "keymoor-kms.service", 2.0,
          "keymoor-key-holder.service", 1.5,
          "keymoor-host.service", 3.5);

  @TempDir Path path;

  @BeforeEach
  void requireTools() {
    assumeThat(Program.find("dpkg-deb")).as("dpkg-deb is installed").isPresent();
    assumeThat(HOME.resolve("quickstart/target/lib")).as("the build was packaged").isDirectory();
  }

  private Path build(String name) {
    Outcome built = script("build-deb", "--out", path.resolve(name).toString());
    assertThat(built.exitCode()).as(built.errors()).isZero();
    return Path.of(built.output().strip());
  }

  private static Outcome script(String name, String... arguments) {
    return Program.at(HOME.resolve("packaging").resolve(name), arguments)
        .within(Duration.ofMinutes(10))
        .run();
  }

  @Test
  void theSameBuildMakesTheSamePackageWhichInstallsAndGoesCleanly() throws IOException {
    Path first = build("one");
    Path second = build("two");
    assertThat(Files.mismatch(first, second)).as("first difference, in bytes").isEqualTo(-1);
    Files.delete(second);

    Outcome tried = script("test-deb", first.toString());
    assumeThat(tried.exitCode()).as(tried.errors()).isNotEqualTo(CANT_BE_TRIED_HERE);
    assertThat(tried.exitCode()).as(tried.errors()).isZero();
    assertThat(tried.output()).contains("Installs, updates, removes and purges cleanly.");
  }

  @Test
  void theUnitsKeepKeysOffDisksAndAreAsClosedAsTheyWere() throws IOException {
    assumeThat(Program.find("systemd-analyze")).as("systemd-analyze is installed").isPresent();
    try (Stream<Path> units = Files.list(HOME.resolve("packaging/systemd"))) {
      List<Path> all = units.sorted().toList();
      assertThat(all).hasSize(EXPOSURE.size());
      for (Path unit : all) {
        assertThat(Files.readString(unit))
            .contains("LimitCORE=0", "MemorySwapMax=0", "NoNewPrivileges=yes", "UMask=0077");
        Outcome judged =
            Program.of("systemd-analyze").with("security", "--offline=true", unit.toString()).run();
        assertThat(exposure(judged.output()))
            .as(judged.output())
            .isLessThanOrEqualTo(EXPOSURE.get(unit.getFileName().toString()));
      }
    }
  }

  @Test
  void theAgentIsReadyBeforeLibvirtStartsVms() throws IOException {
    String unit = Files.readString(HOME.resolve("packaging/systemd/keymoor-host.service"));
    assertThat(unit)
        .contains("Before=libvirtd.service virtqemud.service libvirt-guests.service")
        .contains("ExecStartPost=/usr/lib/keymoor/await-agent /run/keymoor");
  }

  private static double exposure(String text) {
    String line =
        text.lines()
            .filter(candidate -> candidate.contains("Overall exposure level"))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(line.replaceAll(".*: ([0-9.]+) .*", "$1"));
  }
}
