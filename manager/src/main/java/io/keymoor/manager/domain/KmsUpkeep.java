package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is done for standard providers from time to time: finding out what became of requests whose
 * answer was lost, and beginning the rotations that are due (K4). Each may be killed at any moment
 * and goes on with the next round, on any manager. Thread-safe.
 */
public final class KmsUpkeep {
  /** Whoever asked is done by then, one way or the other. */
  private static final Duration ANSWERED = Duration.ofMinutes(2);

  /** Servers that copy keys to each other have done so by then. */
  private static final Duration COPIED = Duration.ofMinutes(30);

  private final Transactions transactions;
  private final Audit audit;
  private final KmsConnections connections;
  private final Rotations rotations;
  private final InstantSource clock;

  KmsUpkeep(
      Transactions transactions,
      Audit audit,
      KmsConnections connections,
      Rotations rotations,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.connections = connections;
    this.rotations = rotations;
    this.clock = clock;
  }

  /**
   * One round over all standard providers.
   *
   * @return what is wrong, one sentence each
   */
  public List<String> round() {
    List<String> wrong = new ArrayList<>();
    List<ProviderEntry> providers =
        transactions.in(stores -> stores.providers().catalog().providers());
    connections.keepOnly(providers.stream().map(ProviderEntry::id).collect(Collectors.toSet()));
    for (ProviderEntry entry : providers) {
      if (entry.kind() instanceof ProviderEntry.Standard it) {
        try {
          findUnanswered(entry);
          keepWrapped(entry, it.mode());
          rotations
              .complaint(entry)
              .ifPresent(what -> wrong.add("Key provider " + entry.name() + ": " + what));
        } catch (ProviderException failure) {
          wrong.add("Key provider " + entry.name() + ": " + failure.getMessage());
        }
      }
    }
    return wrong;
  }

  /** Looks for the keys that requests without an answer may have made. */
  private void findUnanswered(ProviderEntry entry) {
    Instant now = clock.instant();
    List<KmsKey> open =
        transactions.in(stores -> stores.kmsKeys().unanswered(entry.id(), now.minus(ANSWERED)));
    for (KmsKey asked : open) {
      List<KeyId> found = connections.with(entry.id(), kms -> kms.find(asked.mark()));
      if (!found.isEmpty()) {
        transactions.in(stores -> {
          stores.kmsKeys().made(Map.of(asked.mark(), found.getFirst()), now);
          Subject subject = Subject.about("key.found", entry).with(found.getFirst());
          audit.ok(
              stores,
              Caller.manager(),
              subject,
              "made for " + asked.purpose().name() + " by a request whose answer was lost");
          return true;
        });
      } else if (asked.asked().isBefore(now.minus(COPIED))) {
        transactions.in(stores -> {
          stores.kmsKeys().forget(List.of(asked.mark()));
          return true;
        });
      }
    }
  }

  private void keepWrapped(ProviderEntry entry, ProviderEntry.Mode mode) {
    switch (mode) {
      case ProviderEntry.KeyPerObject _ -> {}
      case ProviderEntry.WrappingKey it -> {
        it.rotation().ifPresent(every -> rotations.startIfDue(entry, every));
        rotations.drive();
        rotations.sweep(entry);
      }
    }
  }

  /** The wrapping keys of a provider, the one in use first. */
  public List<WrappingKey> wrappingKeys(UUID provider) {
    return transactions.in(stores -> stores.wrappedKeks().wrappingKeys(provider));
  }
}
