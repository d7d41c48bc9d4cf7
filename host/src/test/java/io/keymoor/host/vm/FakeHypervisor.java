package io.keymoor.host.vm;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainListener;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.HypervisorVersions;
import io.keymoor.hypervisor.MemorySnapshot;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A libvirt in memory: definitions as XML text, replaced atomically; secrets; a start that opens
 * the disks with the secrets it was given. It outlives the agent, as libvirtd does.
 */
final class FakeHypervisor implements Hypervisor {
  /** How the next commit goes wrong. */
  enum Fault {
    NONE,
    AWAY_BEFORE,
    AWAY_AFTER,
    REFUSED
  }

  private final Map<UUID, String> definitions = new LinkedHashMap<>();
  private final Map<UUID, Domain.Power> powers = new HashMap<>();
  private final Map<UUID, SecretBytes> secrets = new HashMap<>();
  private final Map<UUID, KeyCheckValue> startedWith = new HashMap<>();
  private final Map<UUID, String> running = new HashMap<>();
  private final Map<UUID, SecretBytes> inQemu = new HashMap<>();
  private final FakeBlockCopies blockCopies = new FakeBlockCopies(this);
  private final List<DomainListener> listeners = new CopyOnWriteArrayList<>();
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private Fault fault = Fault.NONE;
  private boolean away;
  private boolean notDurable;
  private Runnable whenDefined = () -> {};
  private final Set<UUID> saved = new HashSet<>();
  private final Map<UUID, List<MemorySnapshot>> snapshots = new HashMap<>();

  void failNextCommit(Fault next) {
    fault = next;
  }

  void away(boolean gone) {
    away = gone;
    tell(
        gone ? DomainListener.Event.DISCONNECTED : DomainListener.Event.RECONNECTED,
        DomainListener.HOST);
  }

  synchronized void power(UUID domain, Domain.Power power) {
    powers.put(domain, power);
    if (power == Domain.Power.OFF) {
      running.remove(domain);
      blockCopies.stopped(domain);
    } else {
      running.putIfAbsent(domain, xml(domain));
    }
  }

  /** What QEMU knows of a secret that it was started with, or that a copy was. */
  synchronized SecretBytes inQemu(UUID secret) {
    return Optional.ofNullable(inQemu.get(secret)).orElseThrow();
  }

  /** QEMU opens another image. */
  synchronized void takeIn(UUID secret) {
    inQemu.put(secret, given(secret).copy());
  }

  /** QEMU and libvirt change the disk; libvirt's part may fail to happen. */
  synchronized void switchDisk(
      UUID domain, String target, BlockCopies.Target to, boolean persistently) {
    running.put(
        domain,
        liveDefinition(domain)
            .orElseThrow()
            .withDisk(target, to.file(), to.format(), to.luksSecret())
            .xml());
    if (persistently) {
      definitions.put(
          domain,
          found(domain)
              .definition()
              .withDisk(target, to.file(), to.format(), to.luksSecret())
              .xml());
    }
  }

  /** Check values of the secrets that the VM was given at its last start. */
  Map<UUID, KeyCheckValue> startedWith() {
    return startedWith;
  }

  String xml(UUID domain) {
    return Optional.ofNullable(definitions.get(domain)).orElseThrow();
  }

  @Override
  public HypervisorVersions versions() {
    return new HypervisorVersions("9.0.0", "7.2.0");
  }

  @Override
  public synchronized List<Domain> domains() {
    requireThere();
    List<Domain> domains = new ArrayList<>();
    definitions.keySet().forEach(id -> domains.add(found(id)));
    return domains;
  }

  @Override
  public synchronized Optional<Domain> domain(UUID id) {
    requireThere();
    return definitions.containsKey(id) ? Optional.of(found(id)) : Optional.empty();
  }

  @Override
  public synchronized Optional<Domain> domain(String name) {
    return domains().stream().filter(domain -> domain.name().equals(name)).findFirst();
  }

  private Domain found(UUID id) {
    DomainDefinition definition = DomainDefinition.parse(xml(id));
    return new Domain(id, definition.name(), powers.getOrDefault(id, Domain.Power.OFF), definition);
  }

  @Override
  public synchronized void define(DomainDefinition definition) {
    commit(definition.id(), definition.xml());
    whenDefined.run();
  }

  /** What the news of a definition that was just made sets off. */
  synchronized void whenDefined(Runnable act) {
    whenDefined = act;
  }

  @Override
  public synchronized void makeDefinitionsDurable() {
    if (notDurable) {
      throw new UncheckedIOException(new IOException("the disk is gone"));
    }
  }

  /** Whether the definitions can't be made to survive a power loss. */
  synchronized void notDurable(boolean broken) {
    notDurable = broken;
  }

  @Override
  public boolean autostarts(UUID domain) {
    return false;
  }

  @Override
  public synchronized boolean hasSavedMemory(UUID domain) {
    return saved.contains(domain);
  }

  @Override
  public synchronized List<MemorySnapshot> memorySnapshots(UUID domain) {
    return snapshots.getOrDefault(domain, List.of());
  }

  /** It has this snapshot with its memory now, and no other. */
  synchronized void snapshot(UUID domain, MemorySnapshot snapshot) {
    snapshots.put(domain, List.of(snapshot));
  }

  synchronized void save(UUID domain) {
    saved.add(domain);
  }

  @Override
  public synchronized void setKeyRecord(UUID domain, String json) {
    commit(domain, found(domain).definition().withKeyRecord(json).xml());
  }

  @Override
  public synchronized void removeKeyRecord(UUID domain) {
    commit(domain, found(domain).definition().withoutKeyRecord().xml());
  }

  @Override
  public synchronized Optional<DomainDefinition> liveDefinition(UUID domain) {
    requireThere();
    return Optional.ofNullable(running.get(domain)).map(DomainDefinition::parse);
  }

  @Override
  public FakeBlockCopies blockCopies() {
    return blockCopies;
  }

  private void commit(UUID id, String xml) {
    requireThere();
    Fault now = fault;
    fault = Fault.NONE;
    switch (now) {
      case NONE -> definitions.put(id, xml);
      case REFUSED ->
          throw new HypervisorException.Refused(
              "libvirt refused the definition", "no", new IOException("no"));
      case AWAY_BEFORE -> {
        away = true;
        requireThere();
      }
      case AWAY_AFTER -> {
        definitions.put(id, xml);
        away = true;
        requireThere();
      }
    }
  }

  @Override
  public synchronized void undefine(UUID domain) {
    definitions.remove(domain);
  }

  @Override
  public synchronized void start(UUID domain) {
    requireThere();
    DomainDefinition definition = found(domain).definition();
    startedWith.clear();
    definition
        .disks()
        .forEach(disk ->
            disk.luksSecret()
                .ifPresent(secret -> engine.verifyOpens(disk.file().orElseThrow(), given(secret))));
    definition.tpm().flatMap(tpm -> tpm.secret()).ifPresent(this::given);
    power(domain, Domain.Power.RUNNING);
    tell(DomainListener.Event.STARTED, domain);
  }

  private SecretBytes given(UUID id) {
    SecretBytes secret = secrets.get(id);
    if (secret == null) {
      throw new HypervisorException.Refused(
          "the VM did not start", "no secret " + id, new IOException("no secret"));
    }
    startedWith.put(id, KeyCheckValue.of(secret));
    inQemu.put(id, secret.copy());
    return secret;
  }

  @Override
  public synchronized void shutDown(UUID domain) {
    requireThere();
  }

  @Override
  public synchronized void powerOff(UUID domain) {
    requireThere();
    power(domain, Domain.Power.OFF);
    tell(DomainListener.Event.STOPPED, domain);
  }

  @Override
  public void dumpMemory(UUID domain, Path pipe) {
    requireThere();
    try (var out = java.nio.file.Files.newOutputStream(pipe)) {
      out.write("guest memory".repeat(100_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  @Override
  public void reset(UUID domain) {
    requireThere();
  }

  @Override
  public synchronized void putSecret(UUID id, String description, SecretBytes value) {
    requireThere();
    secrets.put(id, value.copy());
  }

  @Override
  public synchronized void removeSecret(UUID id) {
    requireThere();
    secrets.remove(id);
  }

  @Override
  public synchronized List<UUID> secrets() {
    requireThere();
    return List.copyOf(secrets.keySet());
  }

  @Override
  public Subscription listen(DomainListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private void tell(DomainListener.Event event, UUID domain) {
    listeners.forEach(listener -> listener.happened(event, domain));
  }

  void requireThere() {
    if (away) {
      throw new HypervisorException.Unavailable(
          "test:///", "the daemon is gone", new IOException("gone"));
    }
  }

  @Override
  public void close() {
    listeners.clear();
  }
}
