package io.keymoor.manager.testing;

import io.keymoor.manager.domain.Bell;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.CommandOutcomes;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A host that does what it is asked at once, without libvirt: rekeys change its reports, and every
 * outcome is told over the real link. It works on a thread of its own until closed.
 */
public final class BusyHost implements AutoCloseable {
  private volatile FakeHost host;
  private final Map<UUID, VmReport> vms = new LinkedHashMap<>();
  private final Set<UUID> failing = ConcurrentHashMap.newKeySet();
  private final AtomicInteger allowed = new AtomicInteger(Integer.MAX_VALUE);
  private Optional<UUID> hostKeyProvider = Optional.empty();
  private Optional<String> hostKey = Optional.empty();
  private List<ProviderReport> providers = List.of();
  private Set<UUID> standard = Set.of();
  private long revision;
  private volatile boolean closed;
  private volatile boolean away;
  private final Thread thread;

  private BusyHost(FakeHost host) {
    this.host = host;
    // One of the system's, whose processor time can be read.
    this.thread = Thread.ofPlatform().daemon().name("busy-host").unstarted(this::work);
  }

  /** Enrols a host with so many encrypted VMs, all under one provider, and registers them. */
  public static BusyHost enrol(Client admin, String cluster, String name, int vms, UUID provider) {
    FakeHost host = FakeHost.enrol(admin, cluster, name);
    BusyHost busy = new BusyHost(host);
    for (int i = 0; i < vms; i++) {
      UUID id = UUID.randomUUID();
      busy.vms.put(id, busy.vm(id, name + "-vm" + i, provider, "first-" + i, Optional.empty()));
    }
    busy.hostKeyProvider = Optional.of(provider);
    busy.hostKey = Optional.of("host-first");
    host.hello(false);
    busy.take(host.pollDesired());
    busy.report();
    admin.post("/vms?action=register-all", "{'host':'" + name + "'}");
    return busy;
  }

  /** Begins to work. */
  public BusyHost start() {
    thread.start();
    return this;
  }

  /**
   * The processor time that its end of the link has taken: what a manager on a machine of its own
   * does not pay. Nothing once it has ended.
   */
  public Duration processor() {
    return Duration.ofNanos(
        Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId())));
  }

  /** Lets it do so many commands more; those after that are taken and never answered. */
  public void doOnly(int commands) {
    allowed.set(commands);
  }

  /** Whether it answers nothing for now, as if it were cut off. */
  public void away(boolean nowAway) {
    away = nowAway;
  }

  /**
   * Is switched off, loses all keys and comes back on a new connection, while the old one hangs on
   * at the manager; then polls until it has so many keys, and goes on.
   *
   * @return how long that took, from its first question
   */
  public Duration restart(int keys) {
    FakeHost before = host;
    FakeHost after = before.as(before.client().identity());
    synchronized (this) {
      away = true;
      host = after;
    }
    before.abandon();
    long begun = System.nanoTime();
    while (after.keys().size() < keys) {
      var _ = after.pollHolding(revision);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    away = false;
    return took;
  }

  /** Fails every command for these VMs, or none of them any more. */
  public void fail(Set<UUID> now) {
    failing.clear();
    failing.addAll(now);
  }

  public synchronized List<VmReport> vms() {
    return List.copyOf(vms.values());
  }

  /** Reports a VM in another state than the host's work would. */
  public synchronized void put(VmReport vm) {
    vms.put(vm.id(), vm);
    report();
  }

  public synchronized Optional<UUID> hostKeyProvider() {
    return hostKeyProvider;
  }

  public FakeHost link() {
    return host;
  }

  private void work() {
    while (!closed) {
      try {
        Optional<FakeHost> now = atWork();
        if (now.isEmpty() || !round(now.get())) {
          pause();
        }
      } catch (RuntimeException | AssertionError managerAway) {
        pause();
      }
    }
  }

  private synchronized Optional<FakeHost> atWork() {
    return away ? Optional.empty() : Optional.of(host);
  }

  private static void pause() {
    new Bell().await(0, Duration.ofMillis(50));
  }

  /** False when it was asked for what it does not do now. */
  private boolean round(FakeHost now) {
    var reply = now.pollHolding(revision);
    reply
        .desired()
        .ifPresent(desired -> {
          take(desired);
          report();
        });
    List<CommandOutcome> outcomes = new ArrayList<>();
    for (HostCommand command : reply.commands()) {
      if (allowed.getAndDecrement() > 0) {
        outcomes.add(done(command));
      }
    }
    boolean hostKeyChanged =
        reply.commands().stream().anyMatch(HostCommand.RekeyHost.class::isInstance);
    if (!outcomes.isEmpty()) {
      now.send("results", new CommandOutcomes(outcomes));
    }
    if (hostKeyChanged) {
      report();
    }
    return reply.commands().isEmpty() || !outcomes.isEmpty();
  }

  private synchronized CommandOutcome done(HostCommand command) {
    if (failing.contains(command.vm())) {
      return new CommandOutcome.Failed(
          command.id(), "host_storage_failed", "Its storage is read-only.", Optional.empty());
    }
    return switch (command) {
      case HostCommand.RekeyVm rekey -> {
        requireKey(rekey.provider(), rekey.keyId());
        VmReport before = Objects.requireNonNull(vms.get(rekey.vm()));
        VmReport after =
            vm(before.id(), before.name(), rekey.provider(), rekey.keyId(), before.keyRecord());
        vms.put(after.id(), after);
        yield new CommandOutcome.Succeeded(command.id(), "Rekeyed.", List.of(), Optional.of(after));
      }
      case HostCommand.RekeyHost rekey -> {
        requireKey(rekey.provider(), rekey.keyId());
        hostKeyProvider = Optional.of(rekey.provider());
        hostKey = Optional.of(rekey.keyId());
        yield new CommandOutcome.Succeeded(command.id(), "Rekeyed.", List.of(), Optional.empty());
      }
      default ->
          throw new AssertionError("a bulk task sends nothing but rekeys, and this: " + command);
    };
  }

  /** A command under a key of a standard provider must not come before the key (R5). */
  private void requireKey(UUID provider, String key) {
    if (standard.contains(provider) && host.keys().kek(provider, key).isEmpty()) {
      throw new IllegalStateException("a rekey came before its key");
    }
  }

  private synchronized void take(DesiredState desired) {
    revision = desired.revision();
    providers = host.held(desired);
    standard =
        desired.providers().stream()
            .filter(provider -> provider.type().equals("standard"))
            .map(ProviderAssignment::id)
            .collect(Collectors.toSet());
  }

  /** Tells its whole state. */
  public synchronized void report() {
    host.send(
        "report",
        new HostReport(
            revision,
            HostReport.EncryptionMode.SAFE,
            "",
            hostKeyProvider,
            hostKey,
            "ok",
            providers,
            List.copyOf(vms.values())));
  }

  private VmReport vm(
      UUID id, String name, UUID provider, String key, Optional<String> recordBefore) {
    ProviderReference reference =
        new ProviderReference(
            provider,
            new ProviderName("as recorded"),
            standard.contains(provider) ? ProviderType.STANDARD : ProviderType.NATIVE);
    String record = KeyRecords.rekeyed(id, name, recordBefore, reference, new KeyId(key));
    return report(id, name, provider, key, Optional.of(record));
  }

  /** A VM whose two parts are under a key, without a key record. */
  static VmReport vm(UUID id, String name, UUID provider, String key) {
    return report(id, name, provider, key, Optional.empty());
  }

  private static VmReport report(
      UUID id, String name, UUID provider, String key, Optional<String> record) {
    return new VmReport(
        id,
        name,
        VmReport.Power.OFF,
        List.of(
            new VmReport.PartReport(
                "home",
                true,
                Optional.of(provider),
                Optional.of("as recorded"),
                Optional.of(key),
                Optional.empty(),
                Optional.empty(),
                0,
                ""),
            new VmReport.PartReport(
                "disk:vda",
                true,
                Optional.of(provider),
                Optional.of("as recorded"),
                Optional.of(key),
                Optional.of("/vm/" + name + ".qcow2"),
                Optional.of("qcow2"),
                1 << 28,
                "")),
        false,
        Optional.empty(),
        1,
        record);
  }

  @Override
  public void close() {
    closed = true;
    host.close();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
