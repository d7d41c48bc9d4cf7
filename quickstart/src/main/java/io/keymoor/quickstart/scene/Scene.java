package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.output.TaskProgress;
import io.keymoor.cli.output.Terminal;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.process.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything on one machine: a manager and an agent in processes of their own, a private libvirt
 * host, a guest. Steps are run one after the other; only {@link #close} may come from another
 * thread.
 */
public final class Scene implements AutoCloseable {
  /** The cluster. */
  public static final String CLUSTER = "lab";

  /** The host in it. */
  public static final String HOST = "lab-host";

  /** The native key provider. */
  public static final String PROVIDER = "lab-native";

  /** The standard key provider. */
  public static final String KMS_PROVIDER = "lab-kms";

  private final Places places;
  private final Terminal terminal;
  private final Optional<Path> userDisk;
  private final boolean useOriginal;
  private final ManagerService manager;
  private final KmsSite kms;
  private final AgentService agent;
  private final BackupFile backup;
  private final Expectations expectations;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<PrivateLibvirt> libvirt = Optional.empty();
  private Optional<Libvirt> hypervisor = Optional.empty();
  private Optional<Guest> guest = Optional.empty();
  private Optional<ManagerClient> client = Optional.empty();

  /**
   * A scene of which nothing has been started yet.
   *
   * @param userDisk a disk to use instead of the small guest's
   * @param useOriginal whether that disk itself is used, not a copy
   */
  public Scene(Places places, Terminal terminal, Optional<Path> userDisk, boolean useOriginal) {
    this.places = places;
    this.terminal = terminal;
    this.userDisk = userDisk;
    this.useOriginal = useOriginal;
    this.manager = new ManagerService(places.manager(), places.logs());
    this.kms = new KmsSite(places.kms(), places.logs());
    this.backup = new BackupFile(places.backups(), PROVIDER);
    this.agent = LabHost.agent(places, HOST);
    this.expectations = new Expectations(this);
  }

  /** Ends what an earlier process left running below {@code places}. */
  public static void stopWhatIsLeft(Places places) {
    KeyHolderProcess.killAll(LabHost.keyHolder(places));
    PrivateLibvirt.open(places.libvirt(), HOST).close();
  }

  public Places places() {
    return places;
  }

  public ManagerService manager() {
    return manager;
  }

  public AgentService agent() {
    return agent;
  }

  /** The KMS, somebody else's; its administrator is not the manager's. */
  public KmsSite kms() {
    return kms;
  }

  public BackupFile backup() {
    return backup;
  }

  /** Waits for states that come by themselves. */
  public Expectations expect() {
    return expectations;
  }

  /** The REST client of the manager's first administrator. */
  public ManagerClient client() {
    if (client.isEmpty()) {
      client = Optional.of(manager.client());
    }
    return client.get();
  }

  /** Starts the private libvirtd. */
  public void startLibvirt() {
    PrivateLibvirt host = PrivateLibvirt.open(places.libvirt(), HOST);
    libvirt = Optional.of(host);
    LabHost.installHook(places, host);
    host.start();
  }

  /** The private libvirt host. */
  public PrivateLibvirt libvirt() {
    return libvirt.orElseThrow(() -> new IllegalStateException("libvirt was not started"));
  }

  /**
   * A power cut and a boot: agent, key holder, libvirtd, QEMUs and swtpms are killed, {@code /run}
   * is empty, then libvirtd and agent start (R20). Returns when the agent is ready, with or without
   * its manager.
   */
  public void restartHost() {
    agent.kill();
    KeyHolderProcess.killAll(LabHost.keyHolder(places));
    libvirt().cutPower();
    Places.empty(LabHost.runtime(places));
    libvirt().start();
    agent.start();
  }

  /** A connection to the private libvirt, as {@code virsh} would have one. */
  public Hypervisor hypervisor() {
    if (hypervisor.isEmpty()) {
      hypervisor = Optional.of(libvirt().connect());
    }
    return hypervisor.get();
  }

  /** Runs {@code virsh} against the private libvirt; it has to succeed. */
  public String virsh(String... arguments) {
    return Program.of("virsh", "-c", libvirt().uri()).with(arguments).output();
  }

  /** Makes the guest and defines it in libvirt. */
  public Guest prepareGuest() {
    Guest made =
        userDisk
            .map(disk -> Guest.onDiskOf(this, disk, useOriginal))
            .orElseGet(() -> Guest.small(this));
    guest = Optional.of(made);
    return made;
  }

  public Guest guest() {
    return guest.orElseThrow(() -> new IllegalStateException("the guest was not prepared"));
  }

  /** Follows a task, with its progress on the terminal, to an end that has to be a success. */
  public JsonNode await(String task) {
    Task end = follow(task);
    return switch (end.state()) {
      case SUCCEEDED -> end.json();
      case FAILED, CANCELLED, QUEUED, RUNNING, PAUSED, UNKNOWN ->
          throw new StoryFailed(
              "Task " + end.kind() + " of " + end.objectName() + " failed: " + end.detail());
    };
  }

  /** Follows a task to an end that has to be a failure. */
  public JsonNode awaitFailure(String task) {
    Task end = follow(task);
    return switch (end.state()) {
      case FAILED -> end.json();
      case SUCCEEDED, CANCELLED, QUEUED, RUNNING, PAUSED, UNKNOWN ->
          throw new StoryFailed(
              "Task " + end.kind() + " of " + end.objectName() + " should have failed.");
    };
  }

  private Task follow(String task) {
    TaskProgress progress = new TaskProgress(terminal, InstantSource.system());
    try {
      return client().tasks().await(task, progress);
    } finally {
      progress.finish();
    }
  }

  /** The name of the provider under whose key the VM's disk or home is now. */
  public String providerOf(String vm) {
    for (JsonNode part : client().vm(vm).path("parts")) {
      String name = part.path("provider").path("name").asText("");
      if (!name.isEmpty()) {
        return name;
      }
    }
    throw new StoryFailed("The manager knows no key provider of VM " + vm + ".");
  }

  /** The id of the key under which the VM's disk or home is now. */
  public String keyIdOf(String vm) {
    for (JsonNode part : client().vm(vm).path("parts")) {
      String id = part.path("key_id").asText("");
      if (!id.isEmpty()) {
        return id;
      }
    }
    throw new StoryFailed("The manager knows no key of VM " + vm + ".");
  }

  /** Starts what an earlier run, told to its end, left in the directory. */
  public void resume() {
    startLibvirt();
    if (kms.isSetUp()) {
      kms.start();
    }
    manager.start();
    agent.start();
    expectations.hostOnline();
    guest = Optional.of(Guest.found(this));
  }

  /** Commands that lead on from here. */
  public List<String> whatToTry() {
    String name = guest().name();
    return List.of(
        "export KEYMOOR_CONTEXT=" + manager.context(),
        "./keymoor provider list",
        "./keymoor vm show " + name,
        "./keymoor vm rekey " + name + "            # while it runs",
        "./keymoor provider check " + KMS_PROVIDER,
        "./keymoor audit list",
        "virsh -c '" + libvirt().uri() + "' list --all");
  }

  /** Whether something may still run. */
  public boolean up() {
    return !closed.get();
  }

  /** Stops everything; files stay. Idempotent, and may come from a shutdown hook. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    guest.ifPresent(Guest::close);
    client.ifPresent(ManagerClient::close);
    agent.close();
    KeyHolderProcess.killAll(LabHost.keyHolder(places));
    manager.close();
    kms.close();
    hypervisor.ifPresent(Hypervisor::close);
    libvirt.ifPresent(PrivateLibvirt::close);
  }

  /** How long a guest may take to come up under emulation on a busy machine. */
  static Duration bootPatience() {
    return Duration.ofMinutes(10);
  }
}
