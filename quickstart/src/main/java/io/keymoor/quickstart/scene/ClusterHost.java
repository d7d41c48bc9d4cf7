package io.keymoor.quickstart.scene;

import io.keymoor.cli.client.ManagerClient;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.hook.StartHook;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of several hosts on one machine: a libvirtd in namespaces of its own and an agent. Not
 * thread-safe.
 */
public final class ClusterHost implements AutoCloseable {
  /** After how long without a sign of life a fenced host's VMs may be taken over. */
  public static final int LEASE_SECONDS = 3;

  private final String name;
  private final Path directory;
  private final Network network;
  private final AgentService agent;
  private Optional<PrivateLibvirt> libvirt = Optional.empty();
  private Optional<Libvirt> hypervisor = Optional.empty();

  ClusterHost(String name, Path directory, Network network) {
    this.name = name;
    this.directory = directory;
    this.network = network;
    Path root = directory.resolve("libvirt");
    Path socket = root.resolve("run/libvirt/libvirt-sock");
    this.agent =
        new AgentService(
            agentDirectory(),
            name,
            List.of("--libvirt", uri(socket)),
            List.of(
                "--allow-clear-swap",
                "--storage-is-shared",
                "--hooks-dir",
                root.resolve("etc/libvirt/hooks").toString(),
                "--runtime-dir",
                runtime().toString(),
                "--swtpm-dir",
                root.resolve("var/lib/libvirt/swtpm").toString(),
                "--migration-uri",
                uri(network.toLibvirt(name, socket)),
                "--migration-address",
                "127.0.0.1",
                "--migration-pki",
                root.resolve("pki").toString(),
                "--lease-seconds",
                String.valueOf(LEASE_SECONDS)),
            directory);
  }

  private Path agentDirectory() {
    return directory.resolve("agent");
  }

  private static String uri(Path socket) {
    return "qemu+unix:///system?socket=" + socket;
  }

  /** Makes the host and enrols it; it is up when this returns. */
  void found(ManagerClient client, String cluster) {
    boot();
    agent.enrol(client, cluster);
    network.enrolled(name, agentDirectory());
    agent.start();
  }

  private void boot() {
    PrivateLibvirt host = PrivateLibvirt.open(directory.resolve("libvirt"), name);
    libvirt = Optional.of(host);
    // libvirtd looks for hooks when it starts.
    StartHook.install(host.hooksDirectory(), runtime());
    host.start();
  }

  private Path runtime() {
    return directory.resolve("run");
  }

  public String name() {
    return name;
  }

  public AgentService agent() {
    return agent;
  }

  public PrivateLibvirt libvirt() {
    return libvirt.orElseThrow(() -> new IllegalStateException(name + " was not started"));
  }

  /** A connection to its libvirt, as {@code virsh} would have one. */
  public Hypervisor hypervisor() {
    if (hypervisor.isEmpty()) {
      hypervisor = Optional.of(libvirt().connect());
    }
    return hypervisor.get();
  }

  /** Runs {@code virsh} against its libvirt; it has to succeed. */
  public String virsh(String... arguments) {
    return Program.of("virsh", "-c", libvirt().uri()).with(arguments).output();
  }

  /** Whether the VM runs here. */
  public boolean runs(String vm) {
    return hypervisor()
        .domain(vm)
        .filter(domain -> domain.power() == Domain.Power.RUNNING)
        .isPresent();
  }

  /** Whether libvirt here knows the VM. */
  public boolean knows(String vm) {
    return hypervisor().domain(vm).isPresent();
  }

  /** Root on this host types {@code keymoor host adopt}; it has to succeed. */
  public String adopts(Path home, String... options) {
    List<String> words = new ArrayList<>(List.of("adopt", home.toString()));
    words.addAll(List.of(options));
    words.addAll(List.of("--runtime-dir", runtime().toString()));
    return agent.says(words);
  }

  /** Root on this host types {@code keymoor host address}; what it says. */
  public String address() {
    return agent.says(List.of("address", "--runtime-dir", runtime().toString()));
  }

  /** Root on this host types {@code keymoor host migrate}; it has to succeed. */
  public String sends(String vm, Path address) {
    return agent.says(
        List.of(
            "migrate",
            vm,
            "--to",
            address.toString(),
            "--libvirt",
            libvirt().uri(),
            "--runtime-dir",
            runtime().toString()));
  }

  /** Its power is cut: every process is killed and {@code /run} is empty (R20). */
  public void cutPower() {
    agent.kill();
    KeyHolderProcess.killAll(runtime().resolve("key-holder"));
    libvirt().cutPower();
    Places.empty(runtime());
  }

  /** It boots after {@link #cutPower}: libvirtd and agent start, with or without a manager. */
  public void comesBack() {
    libvirt().start();
    agent.start();
  }

  /** {@link #cutPower} and {@link #comesBack}. */
  public void restart() {
    cutPower();
    comesBack();
  }

  @Override
  public void close() {
    agent.close();
    KeyHolderProcess.killAll(runtime().resolve("key-holder"));
    hypervisor.ifPresent(Hypervisor::close);
    libvirt.ifPresent(PrivateLibvirt::close);
  }
}
