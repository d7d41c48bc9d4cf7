package io.keymoor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.host.vm.SecretsForStart.Answer;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.hook.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StartDoorTest {
  private static final UUID VM = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");

  private final DomainDefinition definition =
      DomainDefinition.parse(
          "<domain type='qemu'><name>web01</name><uuid>"
              + VM
              + "</uuid><memory unit='MiB'>64</memory>"
              + "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices/></domain>");
  private final List<UUID> takenAway = new CopyOnWriteArrayList<>();
  private final List<UUID> released = new CopyOnWriteArrayList<>();

  private StartDoor door(Function<DomainDefinition, Answer> start, Duration patience) {
    return new StartDoor(
        new StartDoor.Secrets(
            start, _ -> new Answer.Refused("vm_locked", "no room"), takenAway::add, released::add),
        patience);
  }

  @Test
  void aLibvirtThatTakesNothingWhileItAsksIsAnsweredAndLaterItsVmsStart() throws Exception {
    CountDownLatch libvirtListens = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    StartDoor door =
        door(
            _ -> {
              asked.incrementAndGet();
              try {
                libvirtListens.await();
              } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
              }
              return new Answer.Granted();
            },
            Duration.ofMillis(300));

    assertThat(door.beforeStart(definition))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refused -> assertThat(refused.sentence()).contains("web01", "nothing was started"));
    assertThat(door.beforeStart(definition)).isInstanceOf(Verdict.Refuse.class);
    assertThat(asked).as("the second is answered without waiting").hasValue(1);
    assertThat(takenAway).isEmpty();

    libvirtListens.countDown();
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(takenAway).as("what came too late").containsExactly(VM));
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> assertThat(door.beforeStart(definition)).isInstanceOf(Verdict.Allow.class));
  }

  @Test
  void whatIsRefusedIsRefusedInItsOwnWords() {
    StartDoor door = door(_ -> new Answer.Refused("vm_locked", "no key"), Duration.ofMinutes(1));
    assertThat(door.beforeStart(definition)).isEqualTo(new Verdict.Refuse("no key"));
    assertThat(door.beforeArrival(definition)).isEqualTo(new Verdict.Refuse("no room"));
    door.afterRelease(VM);
    assertThat(takenAway).isEmpty();
    assertThat(released).containsExactly(VM);
  }
}
