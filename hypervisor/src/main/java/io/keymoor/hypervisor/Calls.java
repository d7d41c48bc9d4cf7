package io.keymoor.hypervisor;

import io.keymoor.hypervisor.DomainListener.Event;
import io.keymoor.hypervisor.HypervisorException.Refused;
import io.keymoor.hypervisor.HypervisorException.Unavailable;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirConnectDomainEventCallback;

/**
 * The current connection to one libvirt, made anew when the daemon was restarted, and the way every
 * call takes: on a platform thread, because libvirt keeps a thread's last error in thread-local
 * memory and a virtual thread may change its carrier between a failure and the question why.
 */
final class Calls implements AutoCloseable {
  private static final ExecutorService PLATFORM_THREADS =
      Executors.newCachedThreadPool(
          work -> Thread.ofPlatform().daemon().name("libvirt-call").unstarted(work));

  private final String uri;
  private final Announcements announcements;
  private @Nullable Connection current;
  private @Nullable VirConnectDomainEventCallback events;
  private boolean connectedBefore;
  private boolean lossAnnounced;
  private boolean closed;

  Calls(String uri, Announcements announcements) {
    this.uri = uri;
    this.announcements = announcements;
  }

  /** Hears of events and of the connection's fate. */
  @FunctionalInterface
  interface Announcements {
    void announce(Event event, UUID domain);
  }

  /** A call or several. */
  @FunctionalInterface
  interface Call<T> {
    T on(Connection connection) throws LibvirtException;
  }

  /**
   * Makes a call that may be made twice: once more when the daemon turns out to have gone away
   * since the last one.
   *
   * @param what what was tried, as the beginning of a sentence about its failure
   */
  <T> T make(String what, Call<T> call) {
    return onPlatformThread(() -> {
      try {
        return attempt(what, call);
      } catch (Unavailable e) {
        return attempt(what, call);
      }
    });
  }

  /** Makes a call that must not be made twice. */
  <T> T makeOnce(String what, Call<T> call) {
    return onPlatformThread(() -> attempt(what, call));
  }

  private <T> T attempt(String what, Call<T> call) {
    Connection connection = acquire();
    try {
      return call.on(connection);
    } catch (LibvirtException e) {
      throw connection.works() ? new Refused(what, words(e), e) : lost(connection, e);
    } catch (Refused e) {
      throw connection.works() ? e : lost(connection, e);
    } finally {
      connection.release();
    }
  }

  private Unavailable lost(Connection connection, Exception cause) {
    forget(connection);
    return new Unavailable(uri, "the connection was lost: " + words(cause), cause);
  }

  private static String words(Exception failure) {
    String message = failure.getMessage();
    return message == null ? "no reason given" : message;
  }

  private synchronized Connection acquire() {
    if (closed) {
      throw new IllegalStateException("this connection to libvirt was closed");
    }
    Connection connection = current;
    if (connection != null && !connection.works()) {
      forget(connection);
      connection = null;
    }
    if (connection == null) {
      connection = open();
    }
    connection.use();
    return connection;
  }

  private Connection open() {
    try {
      Connection fresh = Connection.open(uri, events());
      current = fresh;
      if (connectedBefore || lossAnnounced) {
        announceLoss();
        announcements.announce(Event.RECONNECTED, DomainListener.HOST);
      }
      connectedBefore = true;
      lossAnnounced = false;
      return fresh;
    } catch (LibvirtException e) {
      throw new Unavailable(uri, words(e), e);
    } catch (LinkageError e) {
      throw new Unavailable(
          uri, "libvirt's client library (package libvirt0) can't be loaded: " + e.getMessage(), e);
    }
  }

  private VirConnectDomainEventCallback events() {
    VirConnectDomainEventCallback callback = events;
    if (callback == null) {
      callback =
          Connection.callback((event, domain) -> announcements.announce(eventOf(event), domain));
      events = callback;
    }
    return callback;
  }

  private synchronized void forget(Connection connection) {
    if (connection.equals(current)) {
      current = null;
      announceLoss();
    }
    connection.discard();
  }

  private void announceLoss() {
    if (!lossAnnounced) {
      lossAnnounced = true;
      announcements.announce(Event.DISCONNECTED, DomainListener.HOST);
    }
  }

  /** Connects when there is no working connection; announces what it finds out. */
  synchronized boolean connected() {
    if (closed) {
      return false;
    }
    try {
      acquire().release();
      return true;
    } catch (HypervisorException e) {
      announceLoss();
      return false;
    }
  }

  /** virDomainEventType. */
  private static Event eventOf(int number) {
    return switch (number) {
      case 0 -> Event.DEFINED;
      case 1 -> Event.UNDEFINED;
      case 2 -> Event.STARTED;
      case 5 -> Event.STOPPED;
      default -> Event.OTHER;
    };
  }

  private static <T> T onPlatformThread(Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get();
    }
    try {
      return CompletableFuture.supplyAsync(work, PLATFORM_THREADS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Connection connection = current;
    current = null;
    if (connection != null) {
      connection.discard();
    }
  }
}
