package io.keymoor.manager.domain;

import io.keymoor.manager.domain.WrappedKeks.Rewrapped;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Rotation;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Rotations of wrapping keys, as tasks (K4): a new wrapping key in the KMS, then every KEK wrapped
 * under it, portion by portion. Killed at any moment, or left by its KMS, a rotation goes on where
 * it was, on any manager; old wrapping keys stay. Thread-safe; never inside a transaction.
 */
public final class Rotations implements AutoCloseable {
  /** KEKs that are wrapped anew in one transaction. */
  static final int PORTION = 500;

  /** Longer than a portion takes; then somebody else may take it up. */
  private static final Duration LEASE = Duration.ofMinutes(1);

  /** After this long a KMS that was away is asked again. */
  private static final Duration PAUSE = Duration.ofSeconds(15);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final Audit audit;
  private final KmsConnections connections;
  private final WrappedKeks wrapped;
  private final Bell news = new Bell();
  private final InstantSource clock;

  Rotations(
      Transactions transactions,
      Audit audit,
      KmsConnections connections,
      WrappedKeks wrapped,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.connections = connections;
    this.wrapped = wrapped;
    this.clock = clock;
  }

  /** Begins a rotation, or answers the one that is under way. */
  public Rotation start(Caller caller, String nameOrId) {
    Rotation rotation =
        audit.attempt(
            caller,
            Subject.named("provider.rotate", "provider", nameOrId),
            () ->
                transactions.in(stores -> {
                  ProviderEntry entry = StandardProviders.required(stores, nameOrId).entry();
                  if (place(entry).isEmpty()) {
                    throw new Refusal.Conflict(
                        "no_wrapping_key",
                        "Key provider \""
                            + entry.name()
                            + "\" has a key for each object and none that wraps them. Nothing was"
                            + " changed. New keys come with a rekey: keymoor vm rekey NAME");
                  }
                  return begun(stores, caller, entry);
                }));
    news.ring();
    return rotation;
  }

  /** Begins the rotation of a provider whose wrapping key is old enough. */
  void startIfDue(ProviderEntry entry, Duration every) {
    Instant oldest = clock.instant().minus(every);
    boolean due =
        transactions.in(stores -> {
          // Under the lock that a rotation begins with: another manager may just have ended one.
          var _ = stores.providers().lockedCatalog();
          boolean old =
              stores
                  .wrappedKeks()
                  .current(entry.id())
                  .filter(key -> !key.since().isAfter(oldest))
                  .isPresent();
          if (old) {
            var _ = begun(stores, Caller.manager(), entry);
          }
          return old;
        });
    if (due) {
      news.ring();
    }
  }

  private Rotation begun(Stores stores, Caller caller, ProviderEntry entry) {
    // One at a time: the catalogue's lock is at hand.
    var _ = stores.providers().lockedCatalog();
    Optional<Rotation> open = stores.rotations().open(entry.id());
    if (open.isPresent()) {
      return open.get();
    }
    Rotation rotation =
        new Rotation(
            UUID.randomUUID(),
            1,
            entry.id(),
            entry.name().text(),
            caller.name(),
            caller.address(),
            Task.State.QUEUED,
            "",
            Optional.empty(),
            Optional.empty(),
            Rotation.Count.NONE,
            Optional.empty(),
            clock.instant(),
            Optional.empty());
    stores.rotations().insert(rotation);
    note(stores, rotation, "started", "task " + rotation.id());
    return rotation;
  }

  private static Optional<Place> place(ProviderEntry entry) {
    return entry.kind() instanceof ProviderEntry.Standard it
            && it.mode() instanceof ProviderEntry.WrappingKey mode
        ? Optional.of(mode.place())
        : Optional.empty();
  }

  /** The newest first. */
  public List<Rotation> list(int limit) {
    return transactions.in(stores -> stores.rotations().newest(limit));
  }

  public Optional<Rotation> find(UUID id) {
    return transactions.in(stores -> stores.rotations().find(id));
  }

  /** It, once its version is beyond {@code after}, it has ended, or {@code most} is over. */
  public Optional<Rotation> await(UUID id, long after, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (true) {
      long heard = news.rings();
      Optional<Rotation> now = find(id);
      Duration left = Duration.ofNanos(until - System.nanoTime());
      if (now.filter(it -> it.version() <= after && !it.state().ended()).isEmpty()
          || left.isNegative()
          || left.isZero()
          || Thread.currentThread().isInterrupted()) {
        return now;
      }
      if (!news.await(heard, Bell.shorter(left, LOOK_AGAIN))) {
        return now;
      }
    }
  }

  /** Works on what is open; each to its end, or until its KMS is away. */
  public void drive() {
    for (Optional<Rotation> next = next(); next.isPresent(); next = next()) {
      Rotation rotation = next.get();
      try {
        Optional<ProviderEntry> entry =
            transactions.in(stores -> stores.providers().catalog().find(rotation.provider()));
        Optional<Place> place = entry.flatMap(Rotations::place);
        if (place.isEmpty()) {
          end(
              rotation,
              new Task.End.Failed(
                  "provider_deleted",
                  "Key provider \""
                      + rotation.providerName()
                      + "\" was deleted. What it wraps stays under the wrapping keys it is under."));
        } else {
          work(rotation, place.get());
        }
      } catch (ProviderException away) {
        wait(rotation.id(), String.valueOf(away.getMessage()));
      }
    }
  }

  /**
   * Wraps anew what came under an earlier wrapping key while the rotation to the one in use went
   * past it, on another manager.
   */
  void sweep(ProviderEntry entry) {
    Optional<KeyId> key =
        transactions.in(stores ->
            stores.rotations().open(entry.id()).isPresent()
                ? Optional.empty()
                : stores.wrappedKeks().current(entry.id()).map(WrappingKey::id));
    Optional<Place> place = place(entry);
    if (key.isEmpty() || place.isEmpty()) {
      return;
    }
    Optional<UUID> after = Optional.empty();
    List<WrappedKek> portion = portion(entry.id(), key.get(), after);
    while (!portion.isEmpty()) {
      Rewrapped done = rewrapped(entry.id(), place.get(), key.get(), portion);
      transactions.in(stores -> {
        stores.wrappedKeks().rewrapped(done.anew());
        return true;
      });
      after = Optional.of(portion.getLast().mark());
      portion = portion(entry.id(), key.get(), after);
    }
  }

  /** What the open rotation of a provider waits for. */
  Optional<String> complaint(ProviderEntry entry) {
    return transactions
        .in(stores -> stores.rotations().open(entry.id()))
        .map(Rotation::phase)
        .filter(phase -> !phase.isEmpty())
        .map(phase -> "the rotation of its wrapping key " + phase);
  }

  private Optional<Rotation> next() {
    Instant now = clock.instant();
    return transactions.in(stores -> stores.rotations().drive(now, now.plus(LEASE)));
  }

  private void work(Rotation begun, Place place) {
    Rotation rotation = begun.wrappingKey().isPresent() ? begun : withKey(begun, place);
    KeyId key = rotation.wrappingKey().orElseThrow();
    List<WrappedKek> portion = portion(rotation.provider(), key, rotation.after());
    while (!portion.isEmpty()) {
      List<WrappedKek> old = portion;
      Rewrapped done = rewrapped(rotation.provider(), place, key, old);
      Rotation next =
          rotation.at(
              old.getLast().mark(),
              rotation
                  .count()
                  .plus(
                      done.anew().size(),
                      old.size() - done.anew().size(),
                      done.left().values().stream().findFirst().orElse("")));
      transactions.in(stores -> {
        stores.wrappedKeks().rewrapped(done.anew());
        stores.rotations().update(next, clock.instant().plus(LEASE));
        return true;
      });
      news.ring();
      rotation = next;
      portion = portion(rotation.provider(), key, rotation.after());
    }
    end(rotation, outcome(rotation, key));
  }

  /** With a new wrapping key in use; one that was made before a crash stays a spare. */
  private Rotation withKey(Rotation rotation, Place place) {
    KeyId fresh = connections.with(rotation.provider(), (mode, kms) -> wrapped.renew(kms, place));
    Rotation under =
        transactions.in(stores -> {
          Rotation now =
              rotation.under(fresh, stores.wrappedKeks().countNotUnder(rotation.provider(), fresh));
          stores.rotations().update(now, clock.instant().plus(LEASE));
          note(stores, now, "renewed", "a new wrapping key is in use");
          return now;
        });
    news.ring();
    return under;
  }

  private List<WrappedKek> portion(UUID provider, KeyId key, Optional<UUID> after) {
    return transactions.in(stores -> stores.wrappedKeks().notUnder(provider, key, after, PORTION));
  }

  private Rewrapped rewrapped(UUID provider, Place place, KeyId key, List<WrappedKek> old) {
    return connections.with(provider, (mode, kms) -> wrapped.rewrap(kms, place, key, old));
  }

  private static Task.End outcome(Rotation rotation, KeyId key) {
    Rotation.Count count = rotation.count();
    String done =
        count.done()
            + " keys of "
            + rotation.providerName()
            + " are wrapped under the new wrapping key "
            + key
            + ".";
    return count.left() == 0
        ? new Task.End.Succeeded(done + " Old wrapping keys stay in the KMS.", List.of())
        : new Task.End.Failed(
            "keys_not_rewrapped",
            done
                + " "
                + count.left()
                + " could not be and stay as they are: "
                + count.reason()
                + ". Rekey what they protect while it runs, or bring the KMS's keys back and rotate"
                + " again.");
  }

  private void end(Rotation rotation, Task.End how) {
    transactions.in(stores -> {
      Rotation over = rotation.ended(how, clock.instant());
      stores.rotations().update(over, clock.instant());
      String result = how instanceof Task.End.Succeeded ? "ok" : "failed";
      note(stores, over, result, over.count().done() + " keys wrapped anew");
      return true;
    });
    news.ring();
  }

  private void wait(UUID id, String why) {
    transactions.in(stores -> {
      stores
          .rotations()
          .find(id)
          .ifPresent(now ->
              stores.rotations().update(now.waiting("waits: " + why), clock.instant().plus(PAUSE)));
      return true;
    });
    news.ring();
  }

  /** Whoever waits for one gets it as it is. */
  @Override
  public void close() {
    news.close();
  }

  private void note(Stores stores, Rotation rotation, String result, String detail) {
    Subject subject =
        new Subject(
            "provider.rotate",
            Optional.of(rotation.object()),
            Optional.of(rotation.providerName()),
            rotation.wrappingKey().map(KeyId::text));
    audit.write(stores, rotation.actor(), rotation.address(), subject, result, detail);
  }
}
