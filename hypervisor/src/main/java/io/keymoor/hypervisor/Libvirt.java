package io.keymoor.hypervisor;

import io.keymoor.hypervisor.HypervisorException.NoSuchDomain;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.DomainSnapshot;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A libvirt host through libvirt's own client library; version 8.9 or newer, whose undefine can
 * keep the state of a vTPM.
 *
 * <p>Guarantees: errors carry libvirt's own words and nothing is printed; secrets are ephemeral and
 * private, and the native copies made here are zeroed; a call on a connection that a restart of the
 * daemon has cut is made again, once, where that can do no harm. Thread-safe.
 */
public final class Libvirt implements Hypervisor {
  private static final int PERSISTENT_DOMAINS = 1 << 2;

  /** With the passwords of consoles: a definition that lost them must not be written back. */
  private static final int SECURE_INACTIVE_XML = 1 | 1 << 1;

  /** The running domain's. */
  static final int SECURE_XML = 1;

  private static final int KEEP_NVRAM = 1 << 3;
  private static final int KEEP_TPM = 1 << 6;
  private static final int METADATA_ELEMENT = 2;
  private static final int LIVE = 1;
  private static final int MEMORY_ONLY = 1 << 4;
  private static final int CONFIG = 2;
  private static final long WATCH_MILLIS = 500;

  private static final Path SYSTEM_DEFINITIONS = Path.of("/etc/libvirt/qemu");
  private final Path definitions;
  private final Listeners listeners = new Listeners();
  private final Calls calls;

  /**
   * Secrets have a connection of their own. In libvirt's client before 10.0 a call can stay unsent
   * until another one on the same connection is answered (its wake-up is lost). The start of a
   * domain is answered when the start hook is, the listing of domains too, and the hook waits for
   * the domain's secrets: on one connection each would wait for the other.
   */
  private final Calls secretCalls;

  /** A migration is one call that takes as long as it takes. */
  private final Calls longCalls;

  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Thread watch;

  /**
   * The libvirt at a URI such as "qemu:///system"; connects at the first call.
   *
   * @param uri libvirt's connection URI
   */
  public Libvirt(String uri) {
    this(uri, SYSTEM_DEFINITIONS);
  }

  /**
   * The libvirt at a URI that keeps its definitions in another directory than the system's.
   *
   * @param definitions where libvirt keeps the XML of domains; need not be there yet
   */
  public Libvirt(String uri, Path definitions) {
    this.definitions = definitions;
    this.calls = new Calls(uri, listeners::announce);
    this.secretCalls = new Calls(uri, (event, domain) -> {});
    this.longCalls = new Calls(uri, (event, domain) -> {});
  }

  @Override
  public HypervisorVersions versions() {
    return calls.make(
        "The versions of libvirt and QEMU can't be had",
        connection ->
            new HypervisorVersions(
                version(connection.daemonVersion()), version(connection.getVersion())));
  }

  private static String version(long number) {
    return number / 1_000_000 + "." + number / 1000 % 1000 + "." + number % 1000;
  }

  @Override
  public List<Domain> domains() {
    return calls.make(
        "The VMs of this host can't be listed",
        connection -> {
          List<Domain> found = new ArrayList<>();
          for (org.libvirt.Domain domain : connection.listAllDomains(PERSISTENT_DOMAINS)) {
            describe(domain).ifPresent(found::add);
          }
          return List.copyOf(found);
        });
  }

  @Override
  public Optional<Domain> domain(UUID id) {
    return calls.make(
        "The VM " + id + " can't be looked up",
        connection -> {
          Optional<org.libvirt.Domain> found = lookUp(() -> connection.domainLookupByUUID(id));
          return found.isEmpty() ? Optional.empty() : describe(found.get());
        });
  }

  @Override
  public Optional<Domain> domain(String name) {
    return calls.make(
        "The VM " + name + " can't be looked up",
        connection -> {
          Optional<org.libvirt.Domain> found = lookUp(() -> connection.domainLookupByName(name));
          return found.isEmpty() ? Optional.empty() : describe(found.get());
        });
  }

  @Override
  public void define(DomainDefinition definition) {
    calls.make(
        "The definition of VM " + definition.name() + " was left as it was",
        connection -> connection.domainDefineXML(definition.xml()).free());
  }

  @Override
  public void makeDefinitionsDurable() {
    if (Files.notExists(definitions)) {
      return;
    }
    try (FileChannel directory = FileChannel.open(definitions, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make " + definitions + " durable", e);
    }
  }

  @Override
  public boolean autostarts(UUID id) {
    return calls.make(
        "Whether VM " + id + " starts at boot can't be had",
        connection -> existing(connection, id).getAutostart());
  }

  @Override
  public boolean hasSavedMemory(UUID id) {
    return calls.make(
        "Whether VM " + id + " is saved can't be had",
        connection -> existing(connection, id).hasManagedSaveImage() == 1);
  }

  @Override
  public List<MemorySnapshot> memorySnapshots(UUID id) {
    return calls.make(
        "The snapshots of VM " + id + " can't be had",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          List<MemorySnapshot> found = new ArrayList<>();
          String[] names = domain.snapshotNum() == 0 ? new String[0] : domain.snapshotListNames();
          for (String name : names) {
            Optional<DomainSnapshot> snapshot = lookUp(() -> domain.snapshotLookupByName(name));
            if (snapshot.isPresent()) {
              MemorySnapshot.parse(snapshot.get().getXMLDesc()).ifPresent(found::add);
              snapshot.get().free();
            }
          }
          return List.copyOf(found);
        });
  }

  @Override
  public void setKeyRecord(UUID id, String json) {
    setMetadata(id, recordElement(json));
  }

  @Override
  public void removeKeyRecord(UUID id) {
    setMetadata(id, null);
  }

  /** No element means: remove it. */
  private void setMetadata(UUID id, @Nullable String element) {
    calls.make(
        "The key record of VM " + id + " was left as it was",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          int where = domain.isActive() == 1 ? CONFIG | LIVE : CONFIG;
          domain.setMetadata(
              METADATA_ELEMENT, element, "keymoor", DomainDefinition.NAMESPACE, where);
          return domain;
        });
  }

  /** libvirt puts the element into the namespace by itself. */
  private static String recordElement(String json) {
    if (!Xml.holds(json)) {
      throw new IllegalArgumentException("the key record has characters that XML can't hold");
    }
    Document document = Xml.parse("<key-record/>");
    Objects.requireNonNull(document.getDocumentElement()).setTextContent(json);
    return Xml.write(document);
  }

  @Override
  public void undefine(UUID id) {
    calls.makeOnce(
        "The definition of VM " + id + " was kept",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          domain.undefine(KEEP_NVRAM | KEEP_TPM);
          return domain;
        });
  }

  @Override
  public void start(UUID id) {
    calls.makeOnce(
        "VM " + id + " was not started", connection -> existing(connection, id).create());
  }

  @Override
  public void shutDown(UUID id) {
    calls.make(
        "VM " + id + " was not asked to shut down",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          domain.shutdown();
          return domain;
        });
  }

  @Override
  public void powerOff(UUID id) {
    calls.make(
        "VM " + id + " was not powered off",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          if (domain.isActive() == 1) {
            try {
              domain.destroy();
            } catch (LibvirtException e) {
              // It may have ended by itself in between.
              if (domain.isActive() == 1) {
                throw e;
              }
            }
          }
          return domain;
        });
  }

  @Override
  public void dumpMemory(UUID id, Path pipe) {
    calls.makeOnce(
        "The memory of VM " + id + " was not dumped",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          domain.coreDump(pipe.toString(), MEMORY_ONLY);
          return domain;
        });
  }

  @Override
  public void reset(UUID id) {
    calls.makeOnce(
        "VM " + id + " was not reset",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          domain.reset();
          return domain;
        });
  }

  @Override
  public void putSecret(UUID id, String description, SecretBytes value) {
    Document document = Xml.parse("<secret ephemeral='yes' private='yes'/>");
    Element secret = Objects.requireNonNull(document.getDocumentElement());
    Xml.append(secret, "uuid").setTextContent(id.toString());
    Xml.append(secret, "description").setTextContent(description);
    String xml = Xml.write(document);
    secretCalls.make(
        "The secret " + id + " was not taken",
        connection -> {
          connection.setSecret(id, xml, value);
          return id;
        });
  }

  @Override
  public void removeSecret(UUID id) {
    secretCalls.make(
        "The secret " + id + " was not removed",
        connection -> {
          Optional<org.libvirt.Secret> secret = lookUp(() -> connection.secretLookupByUUID(id));
          return secret.isPresent() ? secret.get().undefine() : 0;
        });
  }

  @Override
  public List<UUID> secrets() {
    return secretCalls.make(
        "The secrets of this host can't be listed",
        connection ->
            Arrays.stream(connection.listSecrets()).map(XmlDomainDefinition::uuid).toList());
  }

  @Override
  public Subscription listen(DomainListener listener) {
    Subscription subscription = listeners.add(listener);
    calls.connected();
    keepWatch();
    return subscription;
  }

  /** Reconnects while somebody listens: a connection that is cut brings no events. */
  private synchronized void keepWatch() {
    if (watch == null) {
      watch = Thread.ofPlatform().daemon().name("libvirt-watch").start(this::watchConnection);
    }
  }

  private void watchConnection() {
    try {
      while (!ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS) && stillWatched()) {
        calls.connected();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean stillWatched() {
    if (listeners.isEmpty()) {
      watch = null;
      return false;
    }
    return true;
  }

  @Override
  public void close() {
    ended.countDown();
    listeners.close();
    calls.close();
    secretCalls.close();
    longCalls.close();
  }

  @Override
  public Optional<DomainDefinition> liveDefinition(UUID id) {
    return calls.make(
        "The running definition of VM " + id + " can't be had",
        connection -> {
          org.libvirt.Domain domain = existing(connection, id);
          return domain.isActive() == 1
              ? Optional.of(DomainDefinition.parse(domain.getXMLDesc(SECURE_XML)))
              : Optional.empty();
        });
  }

  @Override
  public BlockCopies blockCopies() {
    return new LibvirtBlockCopies(calls);
  }

  /** Migrations away from this host. */
  public Migrations migrations() {
    return new LibvirtMigrations(longCalls, calls);
  }

  private static org.libvirt.Domain existing(Connect connection, UUID id) throws LibvirtException {
    return lookUp(() -> connection.domainLookupByUUID(id))
        .orElseThrow(() -> new NoSuchDomain(id.toString()));
  }

  /** A look-up that may find nothing. */
  @FunctionalInterface
  interface LookUp<T> {
    T find() throws LibvirtException;
  }

  static <T> Optional<T> lookUp(LookUp<T> lookUp) throws LibvirtException {
    try {
      return Optional.of(lookUp.find());
    } catch (LibvirtException e) {
      ErrorNumber code = e.getError().getCode();
      if (code == ErrorNumber.VIR_ERR_NO_DOMAIN
          || code == ErrorNumber.VIR_ERR_NO_SECRET
          || code == ErrorNumber.VIR_ERR_NO_DOMAIN_SNAPSHOT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Absent when it is transient, or was undefined since it was found. */
  private static Optional<Domain> describe(org.libvirt.Domain domain) throws LibvirtException {
    Optional<Domain> described =
        lookUp(() ->
                domain.isPersistent() == 1
                    ? Optional.of(describePersistent(domain))
                    : Optional.<Domain>empty())
            .flatMap(found -> found);
    domain.free();
    return described;
  }

  private static Domain describePersistent(org.libvirt.Domain domain) throws LibvirtException {
    DomainDefinition definition = DomainDefinition.parse(domain.getXMLDesc(SECURE_INACTIVE_XML));
    Domain.Power power =
        domain.isActive() == 1 ? powerOf(domain.getInfo().state) : Domain.Power.OFF;
    return new Domain(definition.id(), definition.name(), power, definition);
  }

  private static Domain.Power powerOf(DomainState state) {
    return switch (state) {
      case VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED -> Domain.Power.RUNNING;
      case VIR_DOMAIN_PAUSED -> Domain.Power.PAUSED;
      case VIR_DOMAIN_SHUTOFF -> Domain.Power.OFF;
      case VIR_DOMAIN_NOSTATE, VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_CRASHED, VIR_DOMAIN_PMSUSPENDED ->
          Domain.Power.OTHER;
    };
  }
}
