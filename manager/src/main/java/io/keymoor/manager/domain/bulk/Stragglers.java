package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Settings;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gives up what waits for hosts that are gone, so that the others' results count. What no host has
 * ends and is as it was. What a host has stays its task, and its result counts when it comes.
 */
final class Stragglers {
  /** What one step gives up: few enough that nobody waits long for the locks. */
  private static final int PORTION = 1000;

  /** A host that reports may be at work; so many times the time for a single task it may be. */
  private static final int PATIENCE = 10;

  private final Tasks tasks;
  private final Judgement judgement;
  private final Settings settings;
  private final InstantSource clock;

  Stragglers(Tasks tasks, Judgement judgement, Settings settings, InstantSource clock) {
    this.tasks = tasks;
    this.judgement = judgement;
    this.settings = settings;
    this.clock = clock;
  }

  /** Whether it gave up some; there may be more. */
  boolean giveUp(Stores stores, Bulk bulk) {
    if (!judgement.mayGiveUp()) {
      return false;
    }
    List<Host> silent = stores.estate().hosts().stream().filter(judgement::silent).toList();
    Instant now = clock.instant();
    List<Task> unreached =
        stores
            .tasks()
            .unreached(
                bulk.id(),
                silent.stream().map(Host::id).toList(),
                now.minus(settings.startTimeout()),
                now.minus(settings.startTimeout().multipliedBy(PATIENCE)),
                PORTION);
    tasks.failUnreachable(stores, unreached);
    if (!unreached.isEmpty()) {
      return true;
    }
    int lost =
        silent.isEmpty()
            ? 0
            : stores
                .bulks()
                .giveUp(
                    bulk.id(),
                    silent.stream().collect(Collectors.toMap(Host::id, Sentences::wentAway)),
                    PORTION);
    if (lost > 0) {
      Bulk.Counts change = new Bulk.Counts(0, 0, lost, 0, -lost);
      stores.bulks().update(bulk.at(bulk.phase(), bulk.counts().plus(change)));
    }
    return lost > 0;
  }
}
