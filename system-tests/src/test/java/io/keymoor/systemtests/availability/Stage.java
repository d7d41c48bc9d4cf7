package io.keymoor.systemtests.availability;

import io.keymoor.cli.client.ClientFailure;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.cluster.ClusterLab;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A cluster with one VM per type of provider that moves about in it. Not thread-safe. */
final class Stage implements AutoCloseable {
  private final ClusterLab lab;
  private final ClusterScene scene;

  /** The host on which the VM is, or was before it was lost. */
  private final Map<Kind, ClusterHost> places = new EnumMap<>(Kind.class);

  private int others;

  Stage(ClusterLab lab) {
    this.lab = lab;
    this.scene = lab.scene();
  }

  private static String vm(Kind kind) {
    return "vm-" + kind.title();
  }

  /** Makes the VMs and starts them. */
  void prepare() {
    for (Kind kind : Kind.values()) {
      String vm = vm(kind);
      lab.makeTinyVm(vm, scene.host(1));
      Optional<String> provider = Optional.of(kind.provider());
      scene.succeed(scene.client().encryptVm(vm, provider, List.of()));
      scene.succeed(scene.client().addTpm(vm, provider));
      scene.succeed(scene.client().startVm(vm));
      places.put(kind, scene.host(1));
    }
  }

  private ClusterHost place(Kind kind) {
    return Objects.requireNonNull(places.get(kind));
  }

  private ClusterHost elsewhere(Kind kind) {
    return scene.hosts().stream()
        .filter(host -> !host.name().equals(place(kind).name()))
        .findFirst()
        .orElseThrow();
  }

  boolean running(Kind kind) {
    return scene.whereRuns(vm(kind)).isPresent();
  }

  /** The VM runs, where the manager thinks that it does, and all hosts are there. */
  void allIsWell(Kind kind) {
    scene.hosts().forEach(scene::awaitOnline);
    if (!running(kind)) {
      awaitUnlocked(kind);
      scene.succeed(scene.client().startVm(vm(kind)));
    }
    places.put(kind, scene.whereRuns(vm(kind)).orElseThrow());
    Waiting.until(
        "the manager knows that VM " + vm(kind) + " runs on " + place(kind).name(),
        () -> {
          var json = scene.client().vm(vm(kind));
          return json.path("host").asText().equals(place(kind).name())
              && json.path("power").asText().toLowerCase(Locale.ROOT).equals("running");
        });
  }

  private void awaitUnlocked(Kind kind) {
    Waiting.until(
        "VM " + vm(kind) + " is unlocked",
        () -> scene.client().vm(vm(kind)).path("crypto_state").asText().equals("unlocked"));
  }

  /** Has this wrong from now on. */
  void begin(Trouble trouble, Kind kind) {
    if (trouble.withoutKms()) {
      scene.kms().killAll();
    }
    if (trouble.withoutManager()) {
      scene.manager().kill();
    }
    if (trouble.hostRestarted()) {
      place(kind).restart();
    }
    switch (trouble) {
      case LIBVIRTD_KILLED -> {
        place(kind).libvirt().kill();
        place(kind).libvirt().start();
      }
      case AGENT_KILLED -> {
        place(kind).agent().kill();
        place(kind).agent().start();
      }
      case AGENT_DOWN -> place(kind).agent().kill();
      case NONE,
          MANAGER_DOWN,
          KMS_DOWN,
          BOTH_DOWN,
          HOST_RESTARTED,
          HOST_RESTARTED_WITHOUT_MANAGER,
          HOST_RESTARTED_WITHOUT_KMS -> {}
    }
  }

  /** All comes back. */
  void end(Trouble trouble) {
    if (trouble.withoutKms()) {
      scene.kms().start();
    }
    if (trouble.withoutManager()) {
      scene.manager().start();
    }
    scene.hosts().stream()
        .filter(host -> !host.agent().service().running())
        .forEach(host -> host.agent().start());
    scene.hosts().forEach(scene::awaitOnline);
  }

  /** Does it; what was said when it was refused, or nothing. */
  Optional<String> does(Deed deed, Kind kind) {
    try {
      return switch (deed) {
        case RUN -> {
          requireRunning(kind);
          yield Optional.empty();
        }
        case RESET -> {
          place(kind).virsh("reset", vm(kind));
          requireRunning(kind);
          yield Optional.empty();
        }
        case POWER -> power(kind);
        case MIGRATE -> types("vm", "migrate", vm(kind), "--to", elsewhere(kind).name());
        case RESTART_ELSEWHERE -> restartElsewhere(kind);
        case REKEY -> types("vm", "rekey", vm(kind));
        case ENCRYPT -> types("vm", "encrypt", other("plain"), "--provider", kind.provider());
        case ADD_VTPM -> types("vm", "tpm", "add", other("plain"), "--provider", kind.provider());
      };
    } catch (HypervisorException | ClientFailure | StoryFailed refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  private void requireRunning(Kind kind) {
    if (!running(kind)) {
      throw new AssertionError("VM " + vm(kind) + " does not run");
    }
  }

  private Optional<String> power(Kind kind) {
    if (running(kind)) {
      place(kind).virsh("destroy", vm(kind));
    }
    place(kind).virsh("start", vm(kind));
    return Optional.empty();
  }

  private Optional<String> restartElsewhere(Kind kind) {
    ClusterHost lost = place(kind);
    ClusterHost other = elsewhere(kind);
    lost.cutPower();
    try {
      Waiting.until("the lost host counts as silent", () -> adopted(other, kind));
      other.virsh("start", vm(kind));
      return Optional.empty();
    } finally {
      lost.comesBack();
      if (lost.knows(vm(kind)) && !lost.runs(vm(kind)) && other.runs(vm(kind))) {
        lost.virsh("undefine", "--keep-tpm", vm(kind));
      }
    }
  }

  private boolean adopted(ClusterHost host, Kind kind) {
    try {
      host.adopts(lab.home(vm(kind)), "--fenced");
      return true;
    } catch (HypervisorException refused) {
      if (String.valueOf(refused.getMessage()).contains("that it is alive")) {
        return false;
      }
      throw refused;
    }
  }

  /** A VM in clear on the host of the VM in question; one serves until something is done to it. */
  private String other(String prefix) {
    return prefix + others;
  }

  /** Makes it before the trouble, where a deed needs one. */
  void makeOther(Kind kind) {
    others++;
    lab.makeTinyVm(other("plain"), place(kind));
  }

  private Optional<String> types(String... words) {
    Answer answer = lab.user().types(words);
    return answer.exitCode() == 0 ? Optional.empty() : Optional.of(answer.errors());
  }

  /** After the trouble it works. */
  void worksAgain(Deed deed, Kind kind) {
    awaitUnlocked(kind);
    Optional<String> refusal = does(deed, kind);
    if (refusal.isPresent()) {
      throw new AssertionError(deed.title() + " should work again: " + refusal.get());
    }
  }

  /** The VM runs nowhere, or on one host. */
  void requireOnce(Kind kind) {
    scene.whereRuns(vm(kind));
  }

  @Override
  public void close() {
    lab.close();
  }
}
