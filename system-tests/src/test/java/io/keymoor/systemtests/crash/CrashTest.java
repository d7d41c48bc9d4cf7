package io.keymoor.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.client.Rewriting;
import io.keymoor.cli.client.Task;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.Operation;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.systemtests.testing.Lab;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent is killed at every step of every operation, in the middle of a story of real parts: the
 * task ends all the same, and the VM is whole, in its old state or its new one.
 *
 * <p>One VM goes through all of it, so that later points see what earlier ones left. Roll-backs are
 * killed in module host, where they can be forced.
 */
class CrashTest {
  private static final List<Fatality> PLAN = Fatality.all();
  private static final Rewriting IN_PLACE = new Rewriting(Optional.of("in-place"), 0);

  private static Lab lab;
  private static Guest guest;
  private static MortalAgent agent;
  private static VmState vm;

  @BeforeAll
  static void raiseLab() {
    Lab.requireTools();
    lab = Lab.raised();
    guest = lab.prepareGuest();
    agent = new MortalAgent(lab.scene());
    vm = new VmState(lab);
  }

  @AfterAll
  static void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  static List<Fatality> plan() {
    return PLAN;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plan")
  void theTaskEndsAndTheVmIsWholeAfterTheAgentDiedAt(Fatality fatality) {
    prepareFor(fatality);
    agent.armFor(fatality.point());
    String task = order(fatality.kind());
    agent.awaitDeath();
    agent.start(whatComesAfter(fatality));
    Task end = lab.end(task);
    assertThat(end.state()).as(end.detail()).isIn(Task.State.SUCCEEDED, Task.State.FAILED);
    requireOutcome(fatality, end.state() == Task.State.SUCCEEDED);
  }

  private static void prepareFor(Fatality fatality) {
    if (vm.running() != fatality.guestRuns()) {
      changePower();
    }
    if (vm.hasTpm() && fatality.beginsInClear()) {
      lab.succeed(lab.client().removeTpm(guest.name()));
    }
    if (vm.encrypted() == fatality.beginsInClear()) {
      changeEncryption();
    }
    if (!vm.hasTpm() && fatality.kind() == Operation.Kind.REMOVE_VTPM) {
      lab.succeed(lab.client().addTpm(guest.name(), Optional.empty()));
    }
  }

  private static void changePower() {
    if (vm.running()) {
      guest.powerOff();
    } else {
      lab.boot();
    }
  }

  private static void changeEncryption() {
    lab.succeed(
        vm.encrypted()
            ? lab.client().decryptVm(guest.name(), List.of())
            : lab.client().encryptVm(guest.name(), Optional.empty(), List.of()));
  }

  private static String order(Operation.Kind kind) {
    String name = guest.name();
    return switch (kind) {
      case ENCRYPT, LIVE_ENCRYPT -> lab.client().encryptVm(name, Optional.empty(), List.of());
      case DECRYPT, LIVE_DECRYPT -> lab.client().decryptVm(name, List.of());
      case DEEP_REKEY, LIVE_REKEY ->
          lab.client().rekeyVmDeeply(name, Optional.empty(), Rewriting.CHOSEN);
      case IN_PLACE_ENCRYPT -> lab.client().encryptVm(name, Optional.empty(), List.of(), IN_PLACE);
      case IN_PLACE_DECRYPT -> lab.client().decryptVm(name, List.of(), IN_PLACE);
      case IN_PLACE_REKEY -> lab.client().rekeyVmDeeply(name, Optional.empty(), IN_PLACE);
      case REKEY -> lab.client().rekeyVm(name, Optional.empty());
      case ADD_VTPM -> lab.client().addTpm(name, Optional.empty());
      case REMOVE_VTPM -> lab.client().removeTpm(name);
    };
  }

  /** Where the agent that comes back may die, unless it would before it finished this. */
  private static Optional<CrashPoint> whatComesAfter(Fatality fatality) {
    return PLAN.stream()
        .skip(PLAN.indexOf(fatality) + 1L)
        .findFirst()
        .filter(next -> next.kind() != fatality.kind())
        .map(Fatality::point);
  }

  private static void requireOutcome(Fatality fatality, boolean succeeded) {
    vm.requireWhole();
    switch (fatality.kind()) {
      case ENCRYPT, IN_PLACE_ENCRYPT -> {
        assertThat(vm.encrypted()).isEqualTo(succeeded);
        requireBoots();
        guest.powerOff();
      }
      case DECRYPT, IN_PLACE_DECRYPT -> assertThat(vm.encrypted()).isNotEqualTo(succeeded);
      case LIVE_ENCRYPT -> {
        assertThat(vm.encrypted()).isEqualTo(succeeded);
        guest.requireSameContents();
      }
      case LIVE_DECRYPT -> {
        assertThat(vm.encrypted()).isNotEqualTo(succeeded);
        guest.requireSameContents();
      }
      case DEEP_REKEY, IN_PLACE_REKEY -> requireBoots();
      case REKEY, LIVE_REKEY -> {
        if (fatality.guestRuns()) {
          guest.requireSameContents();
        }
      }
      case ADD_VTPM -> {
        assertThat(vm.hasTpm()).isEqualTo(succeeded);
        requireBoots();
        assertThat(guest.tpmVersion().isPresent()).isEqualTo(succeeded);
      }
      case REMOVE_VTPM -> assertThat(vm.hasTpm()).isNotEqualTo(succeeded);
    }
  }

  private static void requireBoots() {
    lab.boot();
    guest.requireSameContents();
  }
}
