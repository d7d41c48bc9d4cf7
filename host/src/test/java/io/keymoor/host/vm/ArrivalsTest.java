package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.vm.MoveNotes.Way;
import io.keymoor.host.vm.Neighbourhood.Moving;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.Migrations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalsTest {
  private static final UUID HERE = UUID.randomUUID();
  private static final UUID THERE = UUID.randomUUID();

  @TempDir private Path directory;

  /** Nothing leaves. */
  private static final class NoMigrations implements Migrations {
    @Override
    public void migrate(UUID domain, Target to, boolean unsafe) {
      throw new AssertionError("nothing leaves");
    }

    @Override
    public Optional<Progress> progress(UUID domain) {
      return Optional.empty();
    }

    @Override
    public void abort(UUID domain) {}
  }

  @Test
  void whoLooksAfterArrivalsInTheMiddleOfOneDoesNotTakeItForOneThatFailed() {
    MoveNotes notes = new MoveNotes(directory.resolve("moves"));
    ChannelFiles files = new ChannelFiles(directory.resolve("pki"));
    try (TestHost host = new TestHost(directory);
        Leases there = leases(THERE);
        Leases here = leases(HERE)) {
      DomainDefinition arriving = encryptedElsewhere(host);
      there.take(arriving);
      there.beginMove("web01", LeasePlace.of(arriving).orElseThrow(), HERE, "here");
      Moving moving = new Moving(new NoMigrations(), files, notes, false);
      Arrivals arrivals =
          new Arrivals(
              host.tools(CrashTrigger.NONE),
              new Neighbourhood(here, Optional.of(moving)),
              () -> {});
      // The news of the definition has the agent look.
      host.hypervisor.whenDefined(arrivals::settle);

      arrivals.expect(arriving);

      assertThat(arrivals.expects(TestHost.VM)).isTrue();
      assertThat(notes.open(Way.IN)).hasSize(1);
      assertThat(host.hypervisor.domain(TestHost.VM)).isPresent();
      assertThat(directory.resolve("pki")).isNotEmptyDirectory();
    }
  }

  private static Leases leases(UUID host) {
    return Leases.of(host, host.toString(), Duration.ofHours(1), InstantSource.system());
  }

  /** As the shared storage has it; this host's libvirt does not know it. */
  private static DomainDefinition encryptedElsewhere(TestHost host) {
    host.define(
        TestHost.VM,
        "web01",
        TestHost.disk("vda", host.fullRaw("web01.img", 1 << 20, 1), "raw", ""));
    host.succeed(TestHost.encrypt());
    DomainDefinition definition = host.definition();
    host.hypervisor.undefine(TestHost.VM);
    return definition;
  }
}
