package io.keymoor.hypervisor.hook;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.HypervisorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's side of the start hook.
 *
 * <p>Guarantees: only the owner of the exchange directory (root) can ask; what a request holds is
 * bounded before it is read; a listener that fails refuses the start, it never lets it through; at
 * most one server listens in a directory; when the process ends, hooks notice within seconds.
 * Thread-safe.
 */
public final class HookServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HookServer.class);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path requests;
  private final StartListener listener;
  private final WatchService watch;
  private final AgentLock lock;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * When the last start of a domain was asked for, while it may have something. A release that was
   * asked for before it is of an earlier start, whatever the order in which workers come to them:
   * it must not take away what the later start has just been given.
   */
  private final ConcurrentMap<UUID, FileTime> starts = new ConcurrentHashMap<>();

  /** Requests that a worker has. */
  private final Set<Path> inHand = ConcurrentHashMap.newKeySet();

  private HookServer(Path requests, StartListener listener, WatchService watch, AgentLock lock) {
    this.requests = requests;
    this.listener = listener;
    this.watch = watch;
    this.lock = lock;
  }

  /**
   * Listens from now on.
   *
   * @param exchangeDirectory made when missing; its file system must have FIFOs, best a tmpfs such
   *     as {@code /run/keymoor}
   * @throws UncheckedIOException when another agent listens there or others may enter it
   */
  public static HookServer open(Path exchangeDirectory, StartListener listener) {
    try {
      makePrivate(exchangeDirectory);
      Path requests = exchangeDirectory.resolve("requests");
      makePrivate(requests);
      WatchService watch = requests.getFileSystem().newWatchService();
      // Watching comes before the lock: hooks ask as soon as they see it.
      requests.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      AgentLock lock = AgentLock.take(exchangeDirectory.resolve("agent.lock"));
      HookServer server = new HookServer(requests, listener, watch, lock);
      Thread.ofPlatform().daemon().name("start-hook").start(server::run);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makePrivate(Path directory) throws IOException {
    if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    boolean ours =
        Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getOwner(Path.of("/proc/self")))
            && Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)
                .equals(OWNER_ONLY);
    if (!ours) {
      throw new IOException(
          directory
              + " can't be used for the start hook: it must be a directory of this user's with mode"
              + " 0700, or whoever may write there could ask for keys. Remove it and try again.");
    }
  }

  private void run() {
    try {
      scan();
      while (true) {
        WatchKey key = watch.take();
        // What was created is found by looking, so that no event can be lost.
        key.pollEvents();
        key.reset();
        scan();
      }
    } catch (ClosedWatchServiceException e) {
      LOG.debug("the start hook is no longer served");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error("the start hook can't be served any more", e);
    } finally {
      // Hooks must not wait for a server that doesn't listen.
      lock.close();
    }
  }

  private void scan() throws IOException {
    try (Stream<Path> found = Files.list(requests)) {
      found
          .filter(path -> path.getFileName().toString().startsWith("request."))
          .filter(inHand::add)
          .forEach(path -> workers.execute(() -> handle(new StartRequest(path))));
    }
  }

  private void handle(StartRequest request) {
    try {
      switch (request.operation()) {
        case PREPARE -> prepare(request);
        case RELEASE -> release(request);
        case MIGRATE -> request.answer(arrival(request));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("the hook of {} gave up before it was heard", request);
    } catch (IOException | RuntimeException e) {
      LOG.error("a request of the start hook can't be read", e);
      request.refuseQuietly("Keymoor's agent could not read the request; see its log.");
    } finally {
      request.delete();
      inHand.remove(request.directory());
    }
  }

  private void prepare(StartRequest request) throws IOException {
    DomainDefinition definition;
    try {
      definition = request.definition();
    } catch (HypervisorException e) {
      request.answer(new Verdict.Refuse(Objects.requireNonNullElse(e.getMessage(), "")));
      return;
    }
    FileTime asked = request.asked();
    starts.merge(definition.id(), asked, (one, other) -> one.compareTo(other) > 0 ? one : other);
    boolean heard = false;
    try {
      request.answer(verdict(definition, listener::beforeStart));
      heard = request.awaitHeard();
    } catch (NoSuchFileException e) {
      LOG.warn("the hook gave up waiting for the keys of {}", definition);
    } finally {
      if (!heard) {
        // Nobody starts it any more: what was prepared for it must not stay.
        release(definition.id(), asked);
      }
    }
  }

  private Verdict arrival(StartRequest request) throws IOException {
    try {
      DomainDefinition definition = request.definition();
      return verdict(definition, listener::beforeArrival);
    } catch (HypervisorException e) {
      return new Verdict.Refuse(Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }

  private static Verdict verdict(
      DomainDefinition definition, Function<DomainDefinition, Verdict> question) {
    try {
      return question.apply(definition);
    } catch (RuntimeException e) {
      LOG.error("{} can't start: its keys could not be prepared", definition, e);
      return new Verdict.Refuse(
          "Keymoor's agent failed while it prepared the keys of VM "
              + definition.name()
              + "; nothing was started. See the agent's log.");
    }
  }

  private void release(StartRequest request) throws IOException {
    FileTime asked = request.asked();
    UUID domain = request.definition().id();
    // The same instant: the clock of files is coarse, and the start comes after the release.
    if (asked.equals(starts.get(domain))) {
      LOG.debug("a late release of domain {} leaves the next start alone", domain);
      return;
    }
    release(domain, asked);
  }

  /** While it is taken away, no later start of the domain is answered. */
  private void release(UUID domain, FileTime asked) {
    starts.compute(
        domain,
        (_, start) -> {
          if (start != null && start.compareTo(asked) > 0) {
            LOG.debug("a late release of domain {} leaves the next start alone", domain);
            return start;
          }
          try {
            listener.afterRelease(domain);
          } catch (RuntimeException e) {
            LOG.error("what domain {} no longer needs could not be taken away", domain, e);
          }
          return null;
        });
  }

  /** Stops listening; hooks that wait are told within seconds. */
  @Override
  public void close() {
    lock.close();
    try {
      watch.close();
    } catch (IOException e) {
      LOG.debug("the watch could not be closed", e);
    }
    workers.shutdown();
  }
}
