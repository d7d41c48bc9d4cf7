package io.keymoor.manager.testing;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.manager.domain.Bell;
import io.keymoor.protocol.Acknowledgement;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandOutcomes;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HelloReply;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.PollReply;
import io.keymoor.protocol.PollRequest;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.ReportReply;
import io.keymoor.protocol.VmReport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A host that behaves towards its manager as an agent does when nothing else happens on it: one
 * connection for polls, another for reports, its own certificate, keys opened and checked, rekeys
 * answered at once. When its manager is gone it turns to the next one. Two virtual threads.
 */
public final class SimulatedHost implements AutoCloseable {
  private final String name;
  private final FakeHost enrolled;
  private final SSLContext tls;
  private final List<URI> managers;
  private final Map<UUID, VmReport> vms = new LinkedHashMap<>();
  private final Optional<UUID> hostKeyProvider;
  private final Bell changed = new Bell();
  private final Set<RawLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread polling = Thread.ofVirtual().name("simulated-poll").unstarted(this::polls);
  private final Thread reporting =
      Thread.ofVirtual().name("simulated-report").unstarted(this::reports);
  private volatile int manager;
  private volatile Duration interval = Duration.ofSeconds(30);
  private volatile DesiredState desired = new DesiredState(0, List.of());
  private volatile List<ProviderReport> providers = List.of();
  private volatile long acknowledged;
  private volatile boolean connected;

  private SimulatedHost(
      String name, FakeHost enrolled, List<URI> managers, int first, UUID provider) {
    TlsIdentity identity = enrolled.client().identity();
    this.name = name;
    this.enrolled = enrolled;
    this.tls = identity.context();
    this.managers = managers;
    this.manager = first % managers.size();
    this.hostKeyProvider = Optional.of(provider);
  }

  /** Enrols a host with so many VMs under a provider; it begins with {@link #start}. */
  public static SimulatedHost enrol(
      Client admin, String cluster, int number, int vms, UUID provider, List<URI> managers) {
    String name = "sim" + number;
    FakeHost enrolled = FakeHost.enrol(admin, cluster, name);
    enrolled.client().close();
    SimulatedHost host = new SimulatedHost(name, enrolled, managers, number, provider);
    for (int i = 0; i < vms; i++) {
      UUID id = UUID.randomUUID();
      host.vms.put(id, BusyHost.vm(id, name + "-vm" + i, provider, "first-" + i));
    }
    return host;
  }

  public SimulatedHost start() {
    polling.start();
    reporting.start();
    return this;
  }

  public String name() {
    return name;
  }

  /** The newest revision of which the manager acknowledged that the host has it. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Whether its last message was answered. */
  public boolean connected() {
    return connected;
  }

  /** Which of the managers it talks to. */
  public int manager() {
    return manager;
  }

  /** Its connections are cut, and it turns to the next manager. */
  public void turn() {
    links.forEach(RawLink::close);
  }

  /** How many commands it did, each VM's rekey counted once. */
  public int done() {
    return done.get();
  }

  /** Under which provider its VMs are. */
  public synchronized List<UUID> providersOfVms() {
    return vms.values().stream().map(vm -> vm.parts().getFirst().provider().orElseThrow()).toList();
  }

  private void polls() {
    int failures = 0;
    while (!closed.get()) {
      try (RawLink link = connect()) {
        while (!closed.get()) {
          try {
            greet(link);
            failures = 0;
            while (!closed.get()) {
              poll(link);
            }
          } catch (RawLink.Refused busy) {
            pause(failures++);
          }
        }
      } catch (IOException | RuntimeException | AssertionError away) {
        connected = false;
        links.clear();
        if (!closed.get()) {
          manager = (manager + 1) % managers.size();
          pause(failures++);
        }
      }
    }
  }

  private void greet(RawLink link) throws IOException {
    HelloReply hello =
        link.post(
            "hello",
            new HostHello(1, enrolled.id(), "0.1.0", "9.0.0", "7.2.0", Instant.now(), true),
            HelloReply.class);
    interval = Duration.ofSeconds(hello.reportIntervalSeconds());
    // A poll that has no news is answered after most of half a minute only.
    connected = true;
    changed.ring();
  }

  private void poll(RawLink link) throws IOException {
    PollReply reply =
        link.post(
            "poll",
            new PollRequest(desired.revision(), List.of(), enrolled.keys().said()),
            PollReply.class);
    if (reply.desired().isPresent()) {
      providers = enrolled.held(reply.desired().get());
      desired = reply.desired().get();
      changed.ring();
    }
    reply.keys().ifPresent(enrolled.keys()::apply);
    if (!reply.commands().isEmpty()) {
      List<CommandOutcome> outcomes = new ArrayList<>();
      reply.commands().forEach(command -> outcomes.add(rekeyed(command)));
      link.post("results", new CommandOutcomes(outcomes), Acknowledgement.class);
      done.addAndGet(outcomes.size());
    }
  }

  private synchronized CommandOutcome rekeyed(HostCommand command) {
    if (command instanceof HostCommand.RekeyVm rekey) {
      VmReport before = Objects.requireNonNull(vms.get(rekey.vm()));
      VmReport after = BusyHost.vm(before.id(), before.name(), rekey.provider(), rekey.keyId());
      vms.put(after.id(), after);
      return new CommandOutcome.Succeeded(command.id(), "Rekeyed.", List.of(), Optional.of(after));
    }
    throw new AssertionError("nobody asks for this: " + command);
  }

  private void reports() {
    int failures = 0;
    while (!closed.get()) {
      long before = changed.rings();
      if (!connected) {
        changed.await(before, interval);
        continue;
      }
      try (RawLink link = connect()) {
        while (!closed.get()) {
          long heard = changed.rings();
          long revision = desired.revision();
          try {
            link.post("report", report(), ReportReply.class);
          } catch (RawLink.Refused busy) {
            pause(failures++);
            continue;
          }
          failures = 0;
          acknowledged = revision;
          changed.await(heard, interval);
        }
      } catch (IOException | RuntimeException away) {
        pause(failures++);
      }
    }
  }

  private synchronized HostReport report() {
    return new HostReport(
        desired.revision(),
        HostReport.EncryptionMode.SAFE,
        "",
        hostKeyProvider,
        Optional.of("host-first"),
        "ok",
        providers,
        List.copyOf(vms.values()));
  }

  private RawLink connect() throws IOException {
    RawLink link = new RawLink(managers.get(manager), tls);
    links.add(link);
    return link;
  }

  /** Not all at once, and longer each time up to half a minute, as agents do. */
  private void pause(int failures) {
    if (!closed.get()) {
      long step = Math.min(500L << Math.min(failures, 10), 30_000);
      new Bell()
          .await(0, Duration.ofMillis(ThreadLocalRandom.current().nextLong(step / 2, step + 1)));
    }
  }

  @Override
  public void close() {
    closed.set(true);
    polling.interrupt();
    reporting.interrupt();
    try {
      polling.join(Duration.ofSeconds(5));
      reporting.join(Duration.ofSeconds(5));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    enrolled.close();
  }
}
