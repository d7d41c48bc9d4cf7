package io.keymoor.systemtests.availability;

import io.keymoor.cli.client.ClientFailure;
import io.keymoor.cli.client.Task;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.availability.Cast.Part;
import io.keymoor.systemtests.cluster.ClusterLab;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import io.keymoor.systemtests.testing.HalfRaised;
import java.util.Optional;

/**
 * A cluster in which something is wrong, and what is done there meanwhile. Only what {@link #types}
 * does may be done at once.
 */
final class Stage implements AutoCloseable {
  private final Cables cables;
  private final ClusterLab lab;
  private final ClusterScene scene;
  private final Cast cast;
  private ClusterHost afflicted;
  private Trouble trouble = Trouble.NONE;

  /** A task that was handed to a host which was gone already. */
  private Optional<String> handedOver = Optional.empty();

  private Stage(Cables cables, ClusterLab lab) {
    this.cables = cables;
    this.lab = lab;
    this.scene = lab.scene();
    this.cast = new Cast(lab);
    this.afflicted = scene.host(1);
  }

  static Stage raised() {
    Cables cables = new Cables();
    try {
      return new Stage(cables, ClusterLab.raised(true, cables));
    } catch (RuntimeException | Error reason) {
      HalfRaised.close(cables, reason);
      throw reason;
    }
  }

  ClusterScene scene() {
    return scene;
  }

  Cast cast() {
    return cast;
  }

  /** The host that has the trouble. */
  ClusterHost afflicted() {
    return afflicted;
  }

  /** All VMs run on one host, which is the next to have trouble; there are new ones in clear. */
  void makeReady() {
    scene.hosts().forEach(scene::awaitOnline);
    afflicted = cast.gather();
    cast.makePlain(afflicted);
  }

  private ClusterHost elsewhere() {
    return scene.hosts().stream()
        .filter(host -> !host.name().equals(afflicted.name()))
        .findFirst()
        .orElseThrow();
  }

  /** Has this wrong from now on. */
  void begin(Trouble now) {
    trouble = now;
    if (trouble.kmsIsDown()) {
      scene.kms().killAll();
    }
    if (trouble.withoutManager()) {
      scene.manager().kill();
    }
    switch (trouble) {
      case HOST_RESTARTED, HOST_RESTARTED_WITHOUT_MANAGER, HOST_RESTARTED_WITHOUT_KMS ->
          afflicted.restart();
      case LIBVIRTD_KILLED -> {
        afflicted.libvirt().kill();
        afflicted.libvirt().start();
      }
      case AGENT_KILLED -> {
        afflicted.agent().kill();
        afflicted.agent().start();
      }
      case AGENT_DOWN -> afflicted.agent().kill();
      case CUT_MANAGER_AND_KMS -> cables.cutKms();
      case CUT_HOST_AND_MANAGER -> cables.cutManager(afflicted.name());
      case CUT_HOSTS -> cables.cutHosts();
      case NONE, MANAGER_DOWN, KMS_DOWN, BOTH_DOWN -> {}
    }
    if (trouble.hostUnheard()) {
      // The manager hands it to the host's last question and can't know that nobody hears it.
      handedOver = Optional.of(scene.client().startVm(Part.SLEEPER.vm(Kind.NATIVE)));
    }
  }

  /** All comes back, and is waited for. */
  void end() {
    trouble = Trouble.NONE;
    cables.mend();
    scene.kms().start();
    if (!scene.manager().service().running()) {
      scene.manager().start();
    }
    for (ClusterHost host : scene.hosts()) {
      if (!host.libvirt().isRunning()) {
        host.libvirt().start();
      }
      if (!host.agent().service().running()) {
        host.agent().start();
      }
    }
    scene.hosts().forEach(scene::awaitOnline);
    handedOver.ifPresent(this::requireSettled);
    handedOver = Optional.empty();
  }

  private void requireSettled(String task) {
    Task end = scene.end(task);
    if (end.state() != Task.State.SUCCEEDED && !end.detail().contains(AvailabilityTable.UNHEARD)) {
      throw new AssertionError("A task was open when its host went away: " + end.detail());
    }
  }

  /** Does it; what was said when it was refused, or nothing. */
  Optional<String> does(Deed deed, Kind kind) {
    try {
      return switch (deed) {
        case RUN -> runs(kind);
        case RESET -> {
          afflicted.virsh("reset", Part.LEAD.vm(kind));
          yield runs(kind);
        }
        case POWER -> power(kind);
        case MIGRATE, REKEY, ENCRYPT, ADD_VTPM -> types(deed, kind);
        case RESTART_ELSEWHERE -> restartElsewhere(kind);
      };
    } catch (HypervisorException | ClientFailure | StoryFailed refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  private Optional<String> runs(Kind kind) {
    String vm = Part.LEAD.vm(kind);
    return afflicted.runs(vm)
        ? Optional.empty()
        : Optional.of("VM " + vm + " does not run on " + afflicted.name());
  }

  private Optional<String> power(Kind kind) {
    String vm = Part.SLEEPER.vm(kind);
    if (afflicted.runs(vm)) {
      afflicted.virsh("destroy", vm);
    }
    if (trouble == Trouble.HOST_RESTARTED) {
      Waiting.until("VM " + vm + " starts once its host has its keys", () -> unlocked(vm));
    } else {
      afflicted.virsh("start", vm);
    }
    return Optional.empty();
  }

  /** Starts it, unless its host has not had its keys back yet. */
  private boolean unlocked(String vm) {
    try {
      afflicted.virsh("start", vm);
      return true;
    } catch (HypervisorException refused) {
      if (String.valueOf(refused.getMessage()).contains(AvailabilityTable.LOCKED)) {
        return false;
      }
      throw refused;
    }
  }

  /** What somebody types; may be done at once with others of these. */
  private Optional<String> types(Deed deed, Kind kind) {
    return switch (deed) {
      case MIGRATE -> types("vm", "migrate", Part.MOVER.vm(kind), "--to", elsewhere().name());
      case REKEY -> types("vm", "rekey", Part.LEAD.vm(kind));
      case ENCRYPT -> types("vm", "encrypt", cast.plain(deed, kind), "--provider", kind.provider());
      case ADD_VTPM ->
          types("vm", "tpm", "add", cast.plain(deed, kind), "--provider", kind.provider());
      case RUN, RESET, POWER, RESTART_ELSEWHERE -> throw new IllegalArgumentException(deed.name());
    };
  }

  private Optional<String> types(String... words) {
    Answer answer = lab.user().types(words);
    return answer.exitCode() == 0 ? Optional.empty() : Optional.of(answer.errors());
  }

  /** The host's power is cut; an administrator who has fenced it starts the VM on another. */
  private Optional<String> restartElsewhere(Kind kind) {
    if (afflicted.libvirt().isRunning()) {
      afflicted.cutPower();
    }
    Waiting.until("the lost host counts as silent", () -> adopted(kind));
    elsewhere().virsh("start", Part.LEAD.vm(kind));
    return elsewhere().runs(Part.LEAD.vm(kind))
        ? Optional.empty()
        : Optional.of("VM " + Part.LEAD.vm(kind) + " does not run on " + elsewhere().name());
  }

  private boolean adopted(Kind kind) {
    try {
      elsewhere().adopts(lab.home(Part.LEAD.vm(kind)), "--fenced");
      return true;
    } catch (HypervisorException refused) {
      if (String.valueOf(refused.getMessage()).contains("that it is alive")) {
        return false;
      }
      throw refused;
    }
  }

  /** The lost host comes back, in whatever trouble there is, and starts nothing twice. */
  void lostHostComesBack() {
    if (afflicted.libvirt().isRunning()) {
      return;
    }
    afflicted.comesBack();
    for (Kind kind : Kind.values()) {
      String vm = Part.LEAD.vm(kind);
      if (elsewhere().runs(vm) && afflicted.knows(vm)) {
        requireNotTwice(vm);
        afflicted.virsh("undefine", "--keep-tpm", vm);
      }
    }
  }

  private void requireNotTwice(String vm) {
    try {
      afflicted.virsh("start", vm);
    } catch (HypervisorException refused) {
      return;
    }
    throw new AssertionError("VM " + vm + " runs on two hosts");
  }

  /** What was refused is done now, on the host that had the trouble. */
  void worksAgain(Deed deed, Kind kind) {
    if (deed == Deed.MIGRATE && scene.whereRuns(Part.MOVER.vm(kind)).isEmpty()) {
      scene.startOnceUnlocked(Part.MOVER.vm(kind));
    }
    Waiting.until(deed.title() + " works again", () -> worked(deed, kind));
  }

  private boolean worked(Deed deed, Kind kind) {
    Optional<String> refusal = does(deed, kind);
    if (refusal.filter(said -> !said.contains(AvailabilityTable.LOCKED)).isPresent()) {
      throw new AssertionError(deed.title() + " should work again: " + refusal.get());
    }
    return refusal.isEmpty();
  }

  @Override
  public void close() {
    lab.close();
    cables.close();
  }
}
