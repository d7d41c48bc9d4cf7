package io.keymoor.host;

import io.keymoor.host.command.CommandRunner;
import io.keymoor.host.command.VmInventory;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.config.Resealing;
import io.keymoor.host.config.TpmUpkeep;
import io.keymoor.host.dump.DumpKey;
import io.keymoor.host.keys.DesiredProviders;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.keys.KeptKeks;
import io.keymoor.host.keys.KeyUpdates;
import io.keymoor.host.keys.PersistentKeks;
import io.keymoor.host.link.CertificateRenewal;
import io.keymoor.host.link.LinkTiming;
import io.keymoor.host.link.ManagerLink;
import io.keymoor.hypervisor.DomainListener;
import io.keymoor.hypervisor.HypervisorException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent.
 *
 * <p>Guarantee: it needs neither the manager nor libvirt to come up, and finds back to either by
 * itself. Commands are executed after what an earlier process left half done was finished or rolled
 * back. It may be killed at any moment. {@link #close} ends it in good order. Thread-safe.
 */
final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final int COMMANDS_AT_ONCE = 4;
  private static final Duration BOOT_STARTS_PAUSE = Duration.ofSeconds(10);
  private static final Duration RECOVERY_RETRY = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CommandRunner commands;
  private final VmInventory inventory;
  private final BootStarts bootStarts;
  private final String description;

  /**
   * Starts the agent of {@code directory}.
   *
   * @param keyHolder the directory of its key holder, on a file system that a reboot empties
   * @param vms makes the part that knows VMs, closed with the agent
   * @throws io.keymoor.host.config.ConfigurationException when the directory can't be used
   */
  static Agent start(
      HostDirectory directory, Path keyHolder, VmSide.Factory vms, LinkTiming timing) {
    HostDirectory.Lock lock = directory.lock();
    try {
      SecureRandom random = new SecureRandom();
      HostConfiguration configuration = HostConfiguration.open(directory, random);
      Resealing.settle(directory, configuration);
      new TpmUpkeep(directory).atStart(TpmUpkeep::boot);
      Enrolment enrolment = Enrolment.load(directory, configuration);
      return new Agent(
          new Ground(directory, keyHolder, lock, configuration, enrolment, random), vms, timing);
    } catch (RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /** What an agent stands on. */
  private record Ground(
      HostDirectory directory,
      Path keyHolder,
      HostDirectory.Lock lock,
      HostConfiguration configuration,
      Enrolment enrolment,
      SecureRandom random) {}

  private Agent(Ground ground, VmSide.Factory vms, LinkTiming timing) {
    HostConfiguration configuration = ground.configuration();
    description =
        "Host \""
            + configuration.hostName()
            + "\" is ready; its manager is "
            + ground.enrolment().manager()
            + ", its directory "
            + ground.directory().path()
            + ".";
    HostKeys keys = new HostKeys();
    boolean tpm = configuration.sealedByTpm();
    DesiredProviders providers =
        new DesiredProviders(configuration, keys, ground.enrolment().hostId(), tpm);
    providers.load();
    PersistentKeks persistent = new PersistentKeks(ground.directory(), configuration, keys);
    persistent.load();
    KeptKeks kept = new KeptKeks(ground.keyHolder(), configuration, keys);
    kept.load();
    persistent.changed();
    HostEncryption encryption =
        new HostEncryption(configuration, keys, ground.enrolment().hostId(), ground.random());
    DumpKeyUpkeep dumpKey =
        new DumpKeyUpkeep(
            encryption,
            new DumpKey(
                ground.directory(), configuration, ground.enrolment().hostId(), ground.random()));
    dumpKey.look();
    VmSide side = vms.create(configuration, keys);
    inventory = side.inventory();
    commands =
        new CommandRunner(
            ground.directory().commands(),
            new HostKeyAtFirstNeed(encryption, side.executor()),
            COMMANDS_AT_ONCE);
    inventory.leaveAlone(commands::pauses);
    HostCards cards =
        new HostCards(
            ground.keyHolder().toAbsolutePath().resolveSibling(""),
            ground.enrolment().hostId(),
            configuration.hostName(),
            side.reach());
    cards.open(ground.enrolment().clusterId());
    HostReporter reporter =
        new HostReporter(
            ground.enrolment().hostId(),
            configuration,
            providers,
            new KeyUpdates(
                configuration, keys, ground.enrolment().hostId(), ground.enrolment().clusterId()),
            encryption,
            side,
            () -> kept.problem().or(persistent::problem),
            tpm ? Optional.of(new HostTpm(ground.directory())) : Optional.empty(),
            InstantSource.system(),
            cards::in);
    ManagerLink link =
        new ManagerLink(ground.enrolment(), reporter, commands, timing, ground.random());
    inventory.onChange(link::changed);
    // Closed in the reverse order: nothing is taken away from what still works with it.
    open.push(ground.lock());
    open.push(configuration);
    open.push(keys);
    open.push(side.hypervisor());
    open.push(keys.onChange(persistent::changed));
    open.push(keys.onChange(link::changed));
    open.push(keys.onChange(dumpKey::look));
    open.push(kept);
    open.push(keys.onChange(kept::changed));
    kept.start();
    open.push(side.hypervisor().listen((event, domain) -> heard(event, link)));
    bootStarts =
        new BootStarts(
            side.hypervisor(),
            inventory,
            side.executor(),
            ground.keyHolder().resolveSibling("boot-starts"),
            BOOT_STARTS_PAUSE);
    open.push(keys.onChange(bootStarts::changed));
    open.push(side.doors());
    open.push(commands);
    open.push(bootStarts);
    Thread.ofVirtual().name("recovery").start(this::recover);
    open.push(closed::countDown);
    link.start();
    open.push(link);
    CertificateRenewal renewal = renewal(ground, link);
    renewal.start();
    open.push(renewal);
  }

  private static CertificateRenewal renewal(Ground ground, ManagerLink link) {
    return new CertificateRenewal(
        ground.enrolment(),
        renewed -> ground.configuration().replaceIdentity(renewed.key(), renewed.certificate()),
        link::present,
        CertificateRenewal.Pace.usual(),
        ground.random());
  }

  /** One line for people: who it is and whom it works with. */
  String description() {
    return description;
  }

  private static void heard(DomainListener.Event event, ManagerLink link) {
    switch (event) {
      case RECONNECTED -> LOG.info("libvirt is back.");
      case DISCONNECTED -> LOG.warn("libvirt went away; running VMs run on. Waits for it.");
      case DEFINED, UNDEFINED, STARTED, STOPPED, OTHER -> LOG.debug("A domain changed.");
    }
    link.changed();
  }

  private void recover() {
    String told = "";
    while (true) {
      try {
        inventory.recover();
        commands.start();
        bootStarts.start();
        return;
      } catch (HypervisorException away) {
        told = tell(told, String.valueOf(away.getMessage()));
      } catch (RuntimeException unable) {
        told = tell(told, unable.toString());
      }
      try {
        if (closed.await(RECOVERY_RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static String tell(String told, String reason) {
    if (!reason.equals(told)) {
      LOG.warn("Commands wait until what was begun before can be brought to its end. {}", reason);
    }
    return reason;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception failure) {
        LOG.warn("Stopping: {}", failure.toString());
      }
    }
  }
}
