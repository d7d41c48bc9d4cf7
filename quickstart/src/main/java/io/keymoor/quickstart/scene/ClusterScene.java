package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.KmsCalls;
import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.client.TaskListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A cluster on one machine: a manager, a KMS when asked for, and several libvirt hosts over one
 * directory that stands for shared storage. Only {@link #close} may come from another thread.
 */
public final class ClusterScene implements AutoCloseable {
  /** The cluster's name. */
  public static final String CLUSTER = "lab";

  /** The native key provider. */
  public static final String NATIVE = "lab-native";

  /** The standard key provider. */
  public static final String STANDARD = "lab-kms";

  private final Places places;
  private final ManagerService manager;
  private final KmsSite kms;
  private final List<ClusterHost> hosts;
  private final Network network;
  private final BackupFile backup;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<ManagerClient> client = Optional.empty();

  /** A scene of which nothing has been started yet. */
  public ClusterScene(Places places, int hosts) {
    this(places, hosts, Network.direct());
  }

  /** One whose parts reach one another through this network. */
  public ClusterScene(Places places, int hosts, Network network) {
    this.places = places;
    this.network = network;
    this.manager = new ManagerService(places.manager(), places.logs());
    this.kms = new KmsSite(places.kms(), places.logs());
    this.backup = new BackupFile(places.backups(), NATIVE);
    this.hosts =
        IntStream.rangeClosed(1, hosts)
            .mapToObj(i -> "host" + i)
            .map(name -> new ClusterHost(name, places.base().resolve(name), network))
            .toList();
  }

  /** Ends what an earlier process left running below {@code places}. */
  public static void stopWhatIsLeft(Places places, int hosts) {
    try (ClusterScene scene = new ClusterScene(places, hosts)) {
      scene.hosts.forEach(host ->
          KeyHolderProcess.killAll(places.base().resolve(host.name()).resolve("run/key-holder")));
    }
  }

  /** Starts a manager and the hosts, and makes a native provider that is the default. */
  public void raise() {
    places.create();
    manager.init(network.managerNames());
    manager.start();
    client().createCluster(CLUSTER);
    atOnce(host -> host.found(client(), CLUSTER));
    hosts.forEach(this::awaitOnline);
    client().createNativeProvider(NATIVE, false);
    client().setDefault(NATIVE, Optional.empty());
    try (Password password = backup.newPassword()) {
      byte[] file = client().backupProvider(NATIVE, password);
      backup.write(file);
      Arrays.fill(file, (byte) 0);
    }
    awaitHealth(NATIVE);
  }

  /** Most of what a host does is wait for programs to start. */
  private void atOnce(Consumer<ClusterHost> what) {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      hosts.forEach(host -> all.add(each.submit(() -> what.accept(host))));
    }
    for (Future<?> one : all) {
      if (one.state() == Future.State.FAILED) {
        Throwable failure = one.exceptionNow();
        throw new StoryFailed(String.valueOf(failure.getMessage()), failure);
      }
    }
  }

  /** Founds a KMS of two nodes and makes a standard provider over it. */
  public void addKms() {
    kms.found();
    KmsCalls calls = client().kms();
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    for (String address : kms.addresses()) {
      spec.withArray("servers")
          .add(
              KmsCalls.server(
                  network.toKms(address), Optional.empty(), Optional.empty(), Optional.empty()));
    }
    kms.fingerprints().forEach(spec.withArray("trusted_fingerprints")::add);
    calls.create(STANDARD, spec);
    kms.letIn("manager", calls.identity(STANDARD).path("certificate_pem").asText());
    calls.check(STANDARD);
    awaitHealth(STANDARD);
  }

  private void awaitHealth(String provider) {
    Waiting.until(
        "provider " + provider + " is healthy",
        () -> client().provider(provider).path("health").asText().equals("OK"));
  }

  /** Waits until the manager hears of the host and its libvirt answers. */
  public void awaitOnline(ClusterHost host) {
    Waiting.until(
        "host " + host.name() + " is connected and its libvirt answers",
        () -> {
          JsonNode json = client().host(host.name());
          return json.path("state").asText("").toLowerCase(Locale.ROOT).equals("connected")
              && json.path("hypervisor_state").asText("").equals("ok");
        });
  }

  /** Starts a VM as soon as its host has its keys, as after a restart of the host. */
  public void startOnceUnlocked(String vm) {
    Waiting.until("VM " + vm + " is unlocked and starts", () -> starts(vm));
  }

  private boolean starts(String vm) {
    Task end = end(client().startVm(vm));
    if (end.state() == Task.State.SUCCEEDED) {
      return true;
    }
    if (end.detail().contains("\"" + vm + "\" is locked")) {
      return false;
    }
    throw new StoryFailed("VM " + vm + " should start: " + end.detail());
  }

  public Places places() {
    return places;
  }

  public ManagerService manager() {
    return manager;
  }

  public KmsSite kms() {
    return kms;
  }

  public List<ClusterHost> hosts() {
    return hosts;
  }

  /** The host of this number, from 1. */
  public ClusterHost host(int number) {
    return hosts.get(number - 1);
  }

  /** The one host on which the VM runs; empty when it runs on none. */
  public Optional<ClusterHost> whereRuns(String vm) {
    List<ClusterHost> running = new ArrayList<>();
    hosts.forEach(host -> {
      if (host.libvirt().isRunning() && host.runs(vm)) {
        running.add(host);
      }
    });
    if (running.size() > 1) {
      throw new StoryFailed("VM " + vm + " runs on more than one host.");
    }
    return running.stream().findFirst();
  }

  /** The REST client of the manager's first administrator. */
  public ManagerClient client() {
    if (client.isEmpty()) {
      client = Optional.of(manager.client());
    }
    return client.get();
  }

  /** Follows a task to whatever end. */
  public Task end(String task) {
    return client().tasks().await(task, TaskListener.silent());
  }

  /** Follows a task to an end that has to be a success. */
  public void succeed(String task) {
    Task end = end(task);
    if (end.state() != Task.State.SUCCEEDED) {
      throw new StoryFailed(
          "Task " + end.kind() + " of " + end.objectName() + " failed: " + end.detail());
    }
  }

  /** Registers a domain of a host once the manager has heard of it. */
  public void register(ClusterHost host, String vm) {
    Waiting.until(
        "host " + host.name() + " has told of domain " + vm,
        () -> client().domains(host.name()).path("domains").findValuesAsText("name").contains(vm));
    client().registerVm(host.name(), vm);
  }

  /** Whether something may still run. */
  public boolean up() {
    return !closed.get();
  }

  /** Stops everything; files stay. Idempotent, and may come from a shutdown hook. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      client.ifPresent(ManagerClient::close);
      atOnce(ClusterHost::close);
      manager.close();
      kms.close();
    }
  }
}
