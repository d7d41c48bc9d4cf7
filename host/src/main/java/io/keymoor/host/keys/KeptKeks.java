package io.keymoor.host.keys;

import io.keymoor.crypto.CryptoException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.holder.HolderConnection;
import io.keymoor.host.holder.HolderProcess;
import io.keymoor.host.holder.KeyHolder;
import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.protocol.KeyNames;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the key holder keep what {@link DeliveredKeks} has (R6): at {@link #load} they come back from
 * there, from {@link #start} on every change goes there, and a holder that is gone is started again
 * and filled anew.
 *
 * <p>Guarantee: the holder gets boxes that only this host's configuration opens. The agent never
 * waits for it but in {@link #load}, and there not long; without it all works, and {@link #problem}
 * says what would be lost. {@link #close} leaves the holder and what it holds. Thread-safe.
 */
public final class KeptKeks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptKeks.class);
  private static final Duration LOADING = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration STARTING = Duration.ofSeconds(5);

  private final Path directory;
  private final HostConfiguration configuration;
  private final HostKeys keys;
  private final Semaphore changes = new Semaphore(0);
  private final Set<String> kept = new HashSet<>();
  private Optional<Thread> worker = Optional.empty();
  private Optional<HolderConnection> connection = Optional.empty();
  private long startedNanos = System.nanoTime() - STARTING.toNanos();
  private volatile String problem = "";
  private long problemNanos = System.nanoTime();
  private boolean told;
  private volatile boolean closed;

  /**
   * For the keys of one host.
   *
   * @param directory where the holder is, on a file system that a reboot empties
   */
  public KeptKeks(Path directory, HostConfiguration configuration, HostKeys keys) {
    this.directory = directory;
    this.configuration = configuration;
    this.keys = keys;
  }

  /** Brings back what a holder has; when there is none, nothing. */
  public void load() {
    if (!Files.exists(KeyHolder.socket(directory))) {
      return;
    }
    CompletableFuture<List<DeliveredKeks.Named>> loading =
        CompletableFuture.supplyAsync(this::fromHolder, Thread.ofVirtual()::start);
    try {
      List<DeliveredKeks.Named> found = loading.get(LOADING.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("Has {} keys of standard providers from the key holder.", keys.deliver(found));
    } catch (ExecutionException | TimeoutException unable) {
      LOG.warn("The key holder gave no keys back: {}", unable.toString());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private List<DeliveredKeks.Named> fromHolder() {
    List<DeliveredKeks.Named> found = new ArrayList<>();
    try (HolderConnection holder = HolderConnection.to(directory)) {
      holder.all().forEach((name, box) -> opened(name, box).ifPresent(found::add));
    } catch (IOException away) {
      LOG.warn("The key holder does not answer: {}", away.toString());
    }
    return found;
  }

  /** What does not open was kept under another configuration; the next change has it forgotten. */
  private Optional<DeliveredKeks.Named> opened(String name, byte[] box) {
    try {
      return Optional.of(
          new DeliveredKeks.Named(provider(name), key(name), configuration.openKept(name, box)));
    } catch (IllegalArgumentException | CryptoException notOurs) {
      return Optional.empty();
    }
  }

  /** Keeps them from now on. */
  public synchronized void start() {
    Thread thread = Thread.ofPlatform().daemon().name("key-holder").start(this::run);
    worker = Optional.of(thread);
    changes.release();
  }

  /** The keys may have changed. */
  public void changed() {
    changes.release();
  }

  /** What is wrong, in a sentence; empty when all is well or there is nothing to keep. */
  public Optional<String> problem() {
    return Optional.of(problem).filter(words -> !words.isEmpty());
  }

  private void run() {
    while (!closed) {
      try {
        Duration pause = problem.isEmpty() ? LOOK : RETRY;
        var _ = changes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        changes.drainPermits();
        if (!closed) {
          keep();
          tell("");
        }
      } catch (InterruptedException stop) {
        return;
      } catch (IOException | ProgramFailed away) {
        disconnect();
        tell(String.valueOf(away.getMessage()));
      } catch (RuntimeException defect) {
        disconnect();
        LOG.error("Keys could not be given to the key holder", defect);
      }
    }
  }

  private void keep() throws IOException {
    Set<String> wanted = wanted();
    if (wanted.isEmpty() && connection.isEmpty() && !Files.exists(KeyHolder.socket(directory))) {
      return;
    }
    HolderConnection holder = connected();
    holder.ping();
    List<String> surplus = kept.stream().filter(name -> !wanted.contains(name)).toList();
    holder.drop(surplus);
    surplus.forEach(kept::remove);
    Map<String, byte[]> boxes = new LinkedHashMap<>();
    for (String name : wanted) {
      if (!kept.contains(name)) {
        box(name).ifPresent(box -> boxes.put(name, box));
      }
    }
    holder.put(boxes);
    kept.addAll(boxes.keySet());
  }

  private Set<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>();
    for (KeyNames names : keys.delivered().names()) {
      names.ids().forEach(id -> wanted.add(names.provider() + "/" + id));
    }
    return wanted;
  }

  /** Absent when the key was erased a moment ago. */
  private Optional<byte[]> box(String name) {
    try (SecretBytes kek = keys.delivered().copy(provider(name), key(name)).orElse(null)) {
      return Optional.ofNullable(kek).map(key -> configuration.sealKept(name, key));
    }
  }

  private static UUID provider(String name) {
    return UUID.fromString(name.substring(0, Math.max(name.indexOf('/'), 0)));
  }

  private static KeyId key(String name) {
    return new KeyId(name.substring(name.indexOf('/') + 1));
  }

  private HolderConnection connected() throws IOException {
    if (connection.isEmpty()) {
      connection = Optional.of(connect());
      kept.clear();
      kept.addAll(connection.get().names());
    }
    return connection.get();
  }

  private HolderConnection connect() throws IOException {
    try {
      return HolderConnection.to(directory);
    } catch (IOException away) {
      if (System.nanoTime() - startedNanos >= STARTING.toNanos()) {
        startedNanos = System.nanoTime();
        HostDirectory.ownerOnly(directory);
        HolderProcess.start(directory);
      }
      throw away;
    }
  }

  private void disconnect() {
    connection.ifPresent(HolderConnection::close);
    connection = Optional.empty();
  }

  private void tell(String reason) {
    String words =
        reason.isEmpty()
            ? ""
            : "Keys of standard providers would be lost if this agent ended now: the key holder in "
                + directory
                + " does not answer ("
                + reason
                + "). It is started again by itself; its log is there too.";
    if (!words.equals(problem)) {
      if (words.isEmpty() || problem.isEmpty()) {
        problemNanos = System.nanoTime();
        told = false;
      }
      problem = words;
    }
    // One that was just started does not answer at once.
    boolean lasting = System.nanoTime() - problemNanos >= STARTING.toNanos();
    if (!words.isEmpty() && lasting && !told) {
      told = true;
      LOG.warn("{}", words);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    changes.release();
    try {
      if (worker.isPresent() && !worker.get().join(CLOSING)) {
        // It hangs in the holder; nothing that matters is in its hands.
        worker.get().interrupt();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    disconnect();
  }
}
