package io.keymoor.host.vm;

import io.keymoor.crypto.KeyDerivation;
import io.keymoor.host.operation.Operation;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.hypervisor.DomainVtpm;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives libvirt the secrets of a VM for the moment of its start, and takes them away after (R17).
 *
 * <p>A start through the agent and one through libvirt (hook) both come here. Nothing but secrets
 * is asked of libvirt, because it waits for its hook and holds the domain meanwhile. Thread-safe.
 */
public final class SecretsForStart {
  private static final Logger LOG = LoggerFactory.getLogger(SecretsForStart.class);

  private final VmTools tools;
  private final BusyVms busy;
  private final RecordCopies copies;
  private final GuestMemory memory;
  private final Leases leases;
  private final Arrivals arrivals;
  private final ConcurrentMap<UUID, Gift> given = new ConcurrentHashMap<>();
  private final AtomicLong tickets = new AtomicLong();

  /** VMs that the agent itself is starting. */
  private final Set<UUID> starting = ConcurrentHashMap.newKeySet();

  SecretsForStart(
      VmTools tools, BusyVms busy, GuestMemory memory, Leases leases, Arrivals arrivals) {
    this.tools = tools;
    this.busy = busy;
    this.copies = new RecordCopies(tools);
    this.memory = memory;
    this.leases = leases;
    this.arrivals = arrivals;
  }

  /**
   * What libvirt has for the starts of a VM.
   *
   * @param ticket number of the newest start for which something was given
   */
  private record Gift(long ticket, Set<UUID> secrets) {
    Gift with(long newer, UUID secret) {
      Set<UUID> more = new HashSet<>(secrets);
      more.add(secret);
      return new Gift(Math.max(ticket, newer), more);
    }
  }

  /** Whether the VM may start. */
  public sealed interface Answer {
    /** It may, and libvirt has what it needs. */
    record Granted() implements Answer {}

    /**
     * It may not.
     *
     * @param code stable, such as vm_locked
     * @param sentence why, and what to do; fit for libvirt's error message
     */
    record Refused(String code, String sentence) implements Answer {}
  }

  /**
   * For libvirt's start hook: gives the secrets that the VM needs, or says why it may not start. A
   * VM without encrypted parts may.
   *
   * @param definition the definition with which it starts
   */
  public Answer forStart(DomainDefinition definition) {
    return answer(() -> {
      if (busy.mustStayOff(definition.id())) {
        throw VmException.busy(definition.name());
      }
      requireNotSwitching(definition);
      give(definition);
    });
  }

  /** For libvirt's hook: whether a VM may arrive here from another host; it starts after that. */
  public Answer forArrival(DomainDefinition definition) {
    return answer(() -> {
      requireSafeMemory(definition.name());
      arrivals.expect(definition);
    });
  }

  private static Answer answer(Runnable question) {
    try {
      question.run();
      return new Answer.Granted();
    } catch (VmException e) {
      return new Answer.Refused(e.code(), String.valueOf(e.getMessage()));
    } catch (ProviderException e) {
      return new Answer.Refused(e.code(), String.valueOf(e.getMessage()));
    } catch (HypervisorException e) {
      return new Answer.Refused(e.code(), String.valueOf(e.getMessage()));
    } catch (UncheckedIOException | IllegalStateException e) {
      return new Answer.Refused("host_storage_failed", RecordCopies.reasonOf(e));
    }
  }

  /**
   * A VM that stopped while its disk was being switched may have written to the new image alone.
   * With the old one it may start when that is settled, which happens by itself.
   */
  private void requireNotSwitching(DomainDefinition definition) {
    Optional<Operation> open = tools.journal().open(definition.id());
    boolean switching =
        open.filter(operation -> operation.stage() == Operation.Stage.SWITCHING).isPresent();
    if (switching
        && !DefinitionChange.switched(open.get().disks(), definition).equals(Optional.of(true))) {
      throw VmException.unfinished(
          definition.name(), "its disk was being switched to another image when it stopped.");
    }
  }

  /** Neither key opens a disk that is being moved in its image, and a guest would spoil it. */
  private void requireNotInTransition(DomainDefinition definition) {
    tools
        .journal()
        .open(definition.id())
        .filter(open -> open.kind().inPlace() && !open.committed())
        .ifPresent(open -> {
          throw VmException.inTransition(definition.name(), open);
        });
  }

  /** Gives the secrets for as long as {@code start} takes, whatever libvirt tells meanwhile. */
  void during(DomainDefinition definition, Runnable start) {
    starting.add(definition.id());
    try {
      give(definition);
      start.run();
    } catch (HypervisorException failed) {
      freeUnlessActive(definition);
      throw failed;
    } finally {
      starting.remove(definition.id());
      takeAway(definition.id());
    }
  }

  /** Whether secrets were given for a start that has not come to its end, as far as is known. */
  boolean isStarting(UUID vm) {
    return starting.contains(vm) || given.containsKey(vm);
  }

  private void freeUnlessActive(DomainDefinition definition) {
    if (tools.hypervisor().domain(definition.id()).filter(Domain::active).isEmpty()) {
      leases.free(definition.id());
    }
  }

  /** Gives the secrets, all or none, and takes the lease of a VM that does not arrive. */
  void give(DomainDefinition definition) {
    requireNotInTransition(definition);
    Optional<KeyRecord> record = copies.unlocked(definition);
    if (record.isEmpty()) {
      return;
    }
    requireSafeMemory(definition.name());
    if (definition.tpm().flatMap(DomainVtpm::secret).isPresent()) {
      requireVtpmState(definition, record.get());
    }
    long ticket = tickets.incrementAndGet();
    try {
      for (PartKeys part : record.get().parts()) {
        part.current().ifPresent(entry -> give(ticket, definition, record.get(), part, entry));
      }
      if (!arrivals.expects(definition.id())) {
        leases.take(definition);
      }
    } catch (RuntimeException e) {
      takeAway(definition.id());
      throw e;
    }
  }

  /** For a VM that is to run encrypted on this host. */
  void requireSafeMemory(String vm) {
    memory
        .objection()
        .ifPresent(objection -> {
          throw VmException.memoryUnsafe(vm, objection);
        });
  }

  private void requireVtpmState(DomainDefinition definition, KeyRecord record) {
    Optional<Path> home = RecordCopies.home(record, definition);
    Optional<UUID> secret = record.current(PartKeys.HOME).map(KeyEntry::secretId);
    if (home.isPresent() && secret.isPresent()) {
      new VtpmState(tools.swtpmDirectory())
          .requireLinked(definition.name(), definition.id(), VmHome.vtpm(home.get(), secret.get()));
    }
  }

  private void give(
      long ticket, DomainDefinition definition, KeyRecord record, PartKeys part, KeyEntry entry) {
    boolean home = part.part().equals(PartKeys.HOME);
    Optional<UUID> wanted =
        home
            ? definition.tpm().flatMap(DomainVtpm::secret)
            : Disks.of(definition, part).flatMap(DomainDisk::luksSecret);
    if (!wanted.equals(Optional.of(entry.secretId()))) {
      return;
    }
    UUID vm = definition.id();
    try (SecretBytes dek = RecordKeys.unwrap(vm, part.part(), entry, tools.keys());
        SecretBytes value =
            home ? KeyDerivation.vtpmPassphrase(dek, vm) : KeyDerivation.luksPassphrase(dek)) {
      given.compute(
          vm,
          (_, gift) ->
              (gift == null ? new Gift(ticket, Set.of()) : gift).with(ticket, entry.secretId()));
      tools
          .hypervisor()
          .putSecret(
              entry.secretId(), "Keymoor, " + part.part() + " of VM " + record.objectId(), value);
    }
  }

  /**
   * QEMU runs and has what it needs, or the start failed, or the VM stopped: libvirt needs no
   * secret of the VM any more. They are gone when this returns, also when another thread, told of
   * the start by libvirt, began to take them away before.
   */
  public void takeAway(UUID vm) {
    takeAway(vm, Long.MAX_VALUE);
  }

  /** For libvirt's hook: the VM stopped, or did not start; any host may start it. */
  public void released(UUID vm) {
    takeAway(vm);
    arrivals.released(vm);
    leases.free(vm);
  }

  private void takeAway(UUID vm, long upTo) {
    given.computeIfPresent(
        vm,
        (_, gift) -> {
          if (gift.ticket() > upTo) {
            return gift;
          }
          gift.secrets().forEach(this::remove);
          return null;
        });
  }

  /**
   * After libvirt told, some time ago, that the VM started or stopped: takes away what was given
   * for starts that have ended. The news may be older than the next start, whose secrets libvirt
   * has not read yet; while it starts, libvirt does not answer what is asked about the VM.
   */
  void takeAwayAfter(boolean started, UUID vm) {
    if (starting.contains(vm) || !given.containsKey(vm)) {
      return;
    }
    long now = tickets.get();
    boolean active = tools.hypervisor().domain(vm).map(Domain::active).orElse(false);
    if (active || !started) {
      takeAway(vm, now);
    }
  }

  private void remove(UUID secret) {
    try {
      tools.hypervisor().removeSecret(secret);
    } catch (HypervisorException away) {
      // Ephemeral secrets go with the daemon; if it only refused, the next sweep takes them.
      LOG.warn("The secret {} could not be removed: {}", secret, away.getMessage());
    }
  }

  /** Takes away secrets of our VMs that no start under way needs, as after the agent was killed. */
  void sweep(List<Domain> domains) {
    Set<UUID> present = new HashSet<>(tools.hypervisor().secrets());
    for (Domain domain : domains) {
      if (domain.power() == Domain.Power.OTHER || given.containsKey(domain.id())) {
        continue;
      }
      for (UUID secret : named(domain.definition())) {
        if (present.contains(secret)) {
          tools.hypervisor().removeSecret(secret);
        }
      }
    }
  }

  /** Secrets that are in the record in the metadata: an administrator's own are not. */
  private static Set<UUID> named(DomainDefinition definition) {
    Set<UUID> secrets = new HashSet<>();
    RecordCopies.inMetadata(definition)
        .ifPresent(record ->
            record.parts().stream()
                .flatMap(part -> part.current().stream())
                .map(KeyEntry::secretId)
                .forEach(secrets::add));
    return secrets;
  }
}
