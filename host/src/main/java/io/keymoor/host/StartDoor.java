package io.keymoor.host;

import io.keymoor.host.vm.SecretsForStart;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.hook.StartListener;
import io.keymoor.hypervisor.hook.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What libvirt is told when it asks for a VM's secrets.
 *
 * <p>Guarantee: it is answered. A libvirtd that starts its VMs before it lets anybody connect, as a
 * monolithic one does at boot, waits for the agent, which waits for it: that VM is refused after
 * {@code patience}, the others at once until libvirt answers, and {@link BootStarts} starts them
 * then. What a late answer of libvirt's left with it is taken away. Thread-safe.
 */
final class StartDoor implements StartListener {
  private final Function<DomainDefinition, SecretsForStart.Answer> secrets;
  private final Consumer<UUID> takeAway;
  private final Duration patience;
  private final AtomicReference<Optional<CompletableFuture<SecretsForStart.Answer>>> stuck =
      new AtomicReference<>(Optional.empty());

  /**
   * Before a libvirt.
   *
   * @param secrets gives libvirt what a VM needs, or says why it may not start
   * @param takeAway takes it away
   * @param patience how long it may take
   */
  StartDoor(
      Function<DomainDefinition, SecretsForStart.Answer> secrets,
      Consumer<UUID> takeAway,
      Duration patience) {
    this.secrets = secrets;
    this.takeAway = takeAway;
    this.patience = patience;
  }

  @Override
  public Verdict beforeStart(DomainDefinition definition) {
    if (stuck.get().filter(first -> !first.isDone()).isPresent()) {
      return busy(definition);
    }
    CompletableFuture<SecretsForStart.Answer> answer =
        CompletableFuture.supplyAsync(
            () -> secrets.apply(definition),
            task -> Thread.ofVirtual().name("secrets for start").start(task));
    try {
      return switch (answer.get(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        case SecretsForStart.Answer.Granted granted -> new Verdict.Allow();
        case SecretsForStart.Answer.Refused refused -> new Verdict.Refuse(refused.sentence());
      };
    } catch (TimeoutException libvirtWaits) {
      stuck.set(Optional.of(answer));
      var _ = answer.whenComplete((_, _) -> takeAway.accept(definition.id()));
      return busy(definition);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return busy(definition);
    } catch (ExecutionException defect) {
      throw new IllegalStateException("the secrets could not be prepared", defect.getCause());
    }
  }

  private static Verdict.Refuse busy(DomainDefinition definition) {
    return new Verdict.Refuse(
        "libvirt does not take the keys of VM "
            + definition.name()
            + " while it starts itself; nothing was started. A VM marked for autostart is started by"
            + " Keymoor's agent as soon as libvirt is ready; start others again.");
  }

  @Override
  public void afterRelease(UUID domain) {
    takeAway.accept(domain);
  }
}
