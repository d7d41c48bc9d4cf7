package io.keymoor.manager.testing;

import io.keymoor.manager.domain.port.KekSupply;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** A KMS that has every key it is asked for, or says why not. Thread-safe. */
public final class TestKms implements KekSupply {
  private final Map<KeyId, SecretBytes> keys = new HashMap<>();
  private final Set<KeyId> made = new HashSet<>();
  private final List<Integer> requests = new ArrayList<>();
  private Optional<String> outage = Optional.empty();
  private Optional<CountDownLatch> hanging = Optional.empty();

  @Override
  public synchronized List<IssuedKey> fresh(UUID provider, Collection<KeyId> ids) {
    return ids.stream().filter(made::remove).map(id -> issued(provider, id)).toList();
  }

  /** Was just asked to make this key. */
  public synchronized void make(KeyId id) {
    made.add(id);
  }

  private IssuedKey issued(UUID provider, KeyId id) {
    ProviderReference reference =
        new ProviderReference(provider, new ProviderName("kms"), ProviderType.STANDARD);
    return new IssuedKey(reference, id, key(id).copy());
  }

  @Override
  public Supply fetch(UUID provider, Collection<KeyId> ids) {
    awaitEndOfHang();
    synchronized (this) {
      requests.add(ids.size());
      Map<KeyId, String> missing = new HashMap<>();
      List<IssuedKey> found = new ArrayList<>();
      for (KeyId id : ids) {
        if (outage.isPresent()) {
          missing.put(id, outage.get());
        } else {
          found.add(issued(provider, id));
        }
      }
      return new Supply(found, missing);
    }
  }

  private void awaitEndOfHang() {
    Optional<CountDownLatch> latch;
    synchronized (this) {
      latch = hanging;
    }
    try {
      if (latch.isPresent()) {
        latch.get().await();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** The key with this id. */
  public synchronized SecretBytes key(KeyId id) {
    return keys.computeIfAbsent(id, _ -> SecretBytes.random(32, new SecureRandom()));
  }

  /** Does not answer until {@link #goOn}. */
  public synchronized void hang() {
    hanging = Optional.of(new CountDownLatch(1));
  }

  /** Answers again. */
  public synchronized void goOn() {
    hanging.ifPresent(CountDownLatch::countDown);
    hanging = Optional.empty();
  }

  /** Can't be reached, for this reason. */
  public synchronized void fail(String reason) {
    outage = Optional.of(reason);
  }

  /** Can be reached again. */
  public synchronized void recover() {
    outage = Optional.empty();
  }

  /** How many keys each request was about. */
  public synchronized List<Integer> requests() {
    return List.copyOf(requests);
  }
}
