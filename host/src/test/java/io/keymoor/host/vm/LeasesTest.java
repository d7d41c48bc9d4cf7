package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
  private static final UUID A = UUID.randomUUID();
  private static final UUID B = UUID.randomUUID();
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path datastore;
  private final Leases onA = Leases.of(A, "a", HOUR, InstantSource.system());
  private final Leases onB = Leases.of(B, "b", HOUR, InstantSource.system());
  private DomainDefinition vm = DomainDefinition.parse("<domain><name>x</name></domain>");
  private LeasePlace place = new LeasePlace(A, Path.of("/"));

  @BeforeEach
  void makeVm() throws IOException {
    Path disk = Files.createFile(datastore.resolve("web01.raw"));
    vm =
        DomainDefinition.parse(
            """
            <domain type='qemu'><name>web01</name><uuid>%s</uuid><devices>
              <disk type='file' device='disk'><driver type='raw'/><source file='%s'/>
                <target dev='vda'/></disk></devices></domain>
            """
                .formatted(UUID.randomUUID(), disk));
    place = LeasePlace.of(vm).orElseThrow();
  }

  @AfterEach
  void stop() {
    onA.close();
    onB.close();
  }

  private void silent(UUID host) throws IOException {
    Files.setLastModifiedTime(
        place.alive(host), FileTime.from(Instant.now().minus(HOUR.multipliedBy(2))));
  }

  private static String code(Runnable refused) {
    try {
      refused.run();
      return "";
    } catch (VmException e) {
      return e.code();
    }
  }

  @Test
  void oneHostHasIt() {
    onA.take(vm);
    onA.take(vm);
    assertThatThrownBy(() -> onB.take(vm))
        .hasMessageContaining("runs on host a, or did when")
        .hasMessageContaining("It was not started here");
    assertThat(onA.heldBy(place, A)).isTrue();
  }

  @Test
  void aVmThatStoppedMayStartAnywhere() {
    onA.take(vm);
    onA.free(vm.id());
    onB.take(vm);
    assertThat(onB.heldBy(place, B)).isTrue();
    assertThat(code(() -> onA.take(vm))).isEqualTo("vm_runs_elsewhere");
    onA.free(place);
    assertThat(onB.heldBy(place, B)).as("another's lease is not given away").isTrue();
  }

  @Test
  void aLostHostsVmIsTakenOnlyByWhoVouchesForItsEndAndOnlyWhenItIsSilent() throws IOException {
    onA.take(vm);
    assertThat(code(() -> onB.takeOver(vm, false))).isEqualTo("vm_runs_elsewhere");
    assertThat(code(() -> onB.takeOver(vm, true))).isEqualTo("host_alive");
    assertThat(onA.heldBy(place, A)).isTrue();
    silent(A);
    assertThat(code(() -> onB.takeOver(vm, false))).isEqualTo("vm_runs_elsewhere");
    onB.takeOver(vm, true);
    onB.take(vm);
    assertThat(code(() -> onA.take(vm))).as("the lost host is back").isEqualTo("vm_runs_elsewhere");
  }

  @Test
  void aMoveIsForOneHostAndEndsOnOneOfTheTwo() {
    onA.take(vm);
    Lease.Move move = onA.beginMove("web01", place, B, "b");
    assertThat(onB.moveToHere(place)).contains(move);
    assertThat(onA.moveToHere(place)).isEmpty();
    assertThat(code(() -> onA.take(vm))).as("not again while it leaves").isEqualTo("vm_migrating");
    assertThat(code(() -> onB.take(vm))).isEqualTo("vm_migrating");
    onA.free(place);
    assertThat(onA.heldBy(place, A)).as("a VM that leaves is nobody else's").isTrue();
    assertThat(onA.endMove(place)).isTrue();
    assertThat(onB.moveToHere(place)).isEmpty();
    onA.beginMove("web01", place, B, "b");
    onB.runsHere(place, () -> true);
    assertThat(onA.endMove(place)).as("it has arrived").isFalse();
    onA.handOver(place);
    assertThat(onB.heldBy(place, B)).isTrue();
  }

  @Test
  void whatWasSeenRunningAMomentAgoTakesNothing() {
    onA.take(vm);
    onB.runsHere(place, () -> false);
    assertThat(onA.heldBy(place, A)).isTrue();
    assertThat(onB.rival(vm.id())).isEmpty();
  }

  @Test
  void aVmThatRunsHereAndWasNotAnnouncedLeavesTheLeaseToItsHostAndSaysSo() {
    onA.take(vm);
    onB.runsHere(place, () -> true);
    assertThat(onA.heldBy(place, A)).isTrue();
    assertThat(onB.rival(vm.id()).orElseThrow())
        .contains("runs on host b", "it runs on host a", "virsh destroy " + vm.id());
    onA.beginMove("web01", place, UUID.randomUUID(), "c");
    onB.runsHere(place, () -> true);
    assertThat(onA.heldBy(place, A)).as("it was announced to another").isTrue();
    onA.endMove(place);
    onA.free(vm.id());
    onB.runsHere(place, () -> true);
    assertThat(onB.heldBy(place, B)).as("nobody's").isTrue();
    assertThat(onB.rival(vm.id())).isEmpty();
  }

  @Test
  void aHostThatWasSaidToBeOffAndWasNotFindsItsVmTakenAndTakesNothingBack() throws IOException {
    onA.take(vm);
    silent(A);
    onB.takeOver(vm, true);
    onB.take(vm);
    assertThat(onA.watch(_ -> true)).isTrue();
    assertThat(onA.rival(vm.id())).isPresent();
    assertThat(onB.heldBy(place, B)).isTrue();
    assertThat(code(() -> onA.beginMove("web01", place, B, "b"))).isEqualTo("vm_runs_elsewhere");
    assertThat(onA.watch(_ -> true)).as("nothing new").isFalse();
    assertThat(onB.watch(_ -> true)).isFalse();
    onA.free(place);
    assertThat(onA.rival(vm.id())).as("it stopped here").isEmpty();
    assertThat(onB.heldBy(place, B)).isTrue();
  }

  @Test
  void theHostThatWasRightKeepsItsVmOnceTheOtherIsSilentAndSomebodyVouches() throws IOException {
    onA.take(vm);
    silent(A);
    onB.takeOver(vm, true);
    onB.take(vm);
    onA.watch(_ -> true);
    assertThat(code(() -> onA.keep(vm, false))).isEqualTo("vm_runs_elsewhere");
    assertThat(code(() -> onA.keep(vm, true))).isEqualTo("host_alive");
    silent(B);
    onA.keep(vm, true);
    assertThat(onA.heldBy(place, A)).isTrue();
    assertThat(onA.rival(vm.id())).isEmpty();
    onB.watch(_ -> true);
    assertThat(onB.rival(vm.id())).as("now it is the other's to say").isPresent();
  }

  @Test
  void aVmThatRunsWhileItsAdoptionIsUnderWayStopsIt() throws IOException {
    onA.take(vm);
    silent(A);
    onB.takeOver(vm, true);
    onA.watch(_ -> true);
    assertThat(onA.heldBy(place, A)).as("nobody had started it yet").isTrue();
    assertThat(code(() -> onB.take(vm))).isEqualTo("vm_runs_elsewhere");
  }

  @Test
  void aDamagedLeaseStartsNothing() throws IOException {
    onA.take(vm);
    Files.writeString(place.lease(), "{}");
    assertThat(code(() -> onA.take(vm))).isEqualTo("lease_damaged");
    Files.write(place.lease(), new byte[100_000]);
    assertThat(code(() -> onB.take(vm))).isEqualTo("lease_damaged");
  }

  @Test
  void aLinkInPlaceOfTheDirectoryIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectory(datastore.resolve("elsewhere"));
    Files.createSymbolicLink(datastore.resolve(".keymoor"), elsewhere);
    assertThatThrownBy(() -> onA.take(vm)).hasMessageContaining("could not make the directory");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void storageThatNobodySharesNeedsNone() {
    assertThatCode(() -> Leases.none().take(vm)).doesNotThrowAnyException();
    assertThat(datastore.resolve(".keymoor")).doesNotExist();
  }
}
