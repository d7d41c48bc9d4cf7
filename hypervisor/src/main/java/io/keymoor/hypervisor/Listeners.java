package io.keymoor.hypervisor;

import io.keymoor.hypervisor.DomainListener.Event;
import io.keymoor.hypervisor.Hypervisor.Subscription;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever hears events, called one event after the other on a thread of its own: libvirt's thread
 * must never wait for a listener. Thread-safe.
 */
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final Map<Object, DomainListener> listeners = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor courier =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> Thread.ofPlatform().daemon().name("libvirt-events").unstarted(work),
          // After close there is nobody to tell.
          new ThreadPoolExecutor.DiscardPolicy());

  Listeners() {
    courier.allowCoreThreadTimeOut(true);
  }

  Subscription add(DomainListener listener) {
    // A key per subscription, so that the same listener may subscribe twice.
    Object subscription = new Object();
    listeners.put(subscription, listener);
    return () -> listeners.remove(subscription);
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  void announce(Event event, UUID domain) {
    if (!listeners.isEmpty()) {
      courier.execute(() -> listeners.values().forEach(listener -> tell(listener, event, domain)));
    }
  }

  private static void tell(DomainListener listener, Event event, UUID domain) {
    try {
      listener.happened(event, domain);
    } catch (RuntimeException e) {
      LOG.error("a listener failed on {} of {}", event, domain, e);
    }
  }

  @Override
  public void close() {
    listeners.clear();
    courier.shutdown();
  }
}
