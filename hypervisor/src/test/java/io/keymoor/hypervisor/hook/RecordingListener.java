package io.keymoor.hypervisor.hook;

import io.keymoor.hypervisor.DomainDefinition;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Decides as a test says and remembers what it was asked. */
final class RecordingListener implements StartListener {
  final List<UUID> asked = new CopyOnWriteArrayList<>();
  final List<UUID> arriving = new CopyOnWriteArrayList<>();
  final List<UUID> released = new CopyOnWriteArrayList<>();
  private final Function<DomainDefinition, Verdict> decision;

  RecordingListener(Function<DomainDefinition, Verdict> decision) {
    this.decision = decision;
  }

  @Override
  public Verdict beforeStart(DomainDefinition definition) {
    asked.add(definition.id());
    return decision.apply(definition);
  }

  @Override
  public Verdict beforeArrival(DomainDefinition definition) {
    arriving.add(definition.id());
    return decision.apply(definition);
  }

  @Override
  public void afterRelease(UUID domain) {
    released.add(domain);
  }
}
