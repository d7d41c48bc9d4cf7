package io.keymoor.host.vm;

import io.keymoor.host.config.SeenGenerations;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The configuration's memory of generations. */
final class Generations implements SeenGenerations {
  private final Map<UUID, Long> highest = new HashMap<>();

  @Override
  public synchronized long seen(UUID object) {
    return highest.getOrDefault(object, 0L);
  }

  @Override
  public synchronized void saw(UUID object, long generation) {
    highest.merge(object, generation, Math::max);
  }

  @Override
  public synchronized void accept(UUID object, long generation) {
    highest.put(object, generation);
  }
}
