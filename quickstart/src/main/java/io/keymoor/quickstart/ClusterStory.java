package io.keymoor.quickstart;

import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.quickstart.Story.Chapter;
import io.keymoor.quickstart.scene.ClusterGuest;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.quickstart.scene.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The story of three hosts: a VM with a vTPM leaves one, and survives the loss of another. */
final class ClusterStory {
  static final int HOSTS = 3;
  private static final String VM = "web01";
  private static final String ABOUT_VM = "VM \"" + VM + "\"";
  private static final String ERROR = "error: ";

  private final ClusterScene scene;
  private Optional<ClusterGuest> guest = Optional.empty();

  ClusterStory(ClusterScene scene) {
    this.scene = scene;
  }

  List<Chapter> chapters() {
    return List.of(
        new Chapter("Start a manager and three libvirt hosts over shared storage", this::raise),
        new Chapter("Encrypt a VM with a vTPM and boot it on host1", this::boot),
        new Chapter("Migrate it to host2 while it runs", this::migrate),
        new Chapter("Refuse a migration in clear", this::refuseClear),
        new Chapter("Lose host2 and the manager; start the VM on host3", this::loseHost),
        new Chapter("Let host2 come back: it does not start the VM twice", this::hostComesBack),
        new Chapter("Let the manager come back: it shows the VM where it runs", this::managerBack));
  }

  private ClusterGuest guest() {
    return guest.orElseThrow();
  }

  private String raise() {
    scene.raise();
    return "host1, host2 and host3 have a libvirtd and an agent each and share "
        + scene.places().datastore()
        + "; the native provider is on all of them.";
  }

  private String boot() {
    ClusterHost first = scene.host(1);
    guest = Optional.of(ClusterGuest.make(scene, VM, first));
    scene.succeed(scene.client().encryptVm(VM, Optional.empty(), List.of()));
    scene.succeed(scene.client().addTpm(VM, Optional.empty()));
    scene.succeed(scene.client().startVm(VM));
    guest().awaitUp(first);
    guest().requireSameContents(first);
    guest().storeInTpm(first);
    return "It reads its marker file from the encrypted disk and keeps 16 random bytes in its TPM.";
  }

  private String migrate() {
    Instant begun = Instant.now();
    scene.succeed(scene.client().migrateVm(VM, "host2"));
    Duration took = Duration.between(begun, Instant.now());
    requireAt(scene.host(2));
    return "In "
        + took.toMillis()
        + " ms, over TLS with certificates that both hosts derived from the VM's own key and that"
        + " are gone again. The guest was not restarted: same marker, same bytes in its TPM."
        + " libvirt on host1 knows it no more.";
  }

  private void requireAt(ClusterHost host) {
    guest().hangUp();
    if (!scene.whereRuns(VM).map(ClusterHost::name).equals(Optional.of(host.name()))) {
      throw new StoryFailed("VM " + VM + " should run on " + host.name() + ".");
    }
    guest().requireSameContents(host);
    guest().requireSameTpm(host);
  }

  private String refuseClear() {
    String uri = scene.host(1).libvirt().uri();
    try {
      scene.host(2).virsh("migrate", "--live", "--p2p", "--unsafe", VM, uri, "tcp://127.0.0.1");
    } catch (HypervisorException refused) {
      return "virsh migrate without TLS: " + said(String.valueOf(refused.getMessage()));
    }
    throw new StoryFailed("A migration in clear should have been refused.");
  }

  /** What a refusal says of the VM, or else after "error"; not what programs say before that. */
  private static String said(String refusal) {
    String last = refusal.strip().lines().reduce((_, line) -> line).orElse("");
    int start =
        Math.max(
            last.indexOf(ABOUT_VM),
            last.indexOf(ERROR) < 0 ? 0 : last.indexOf(ERROR) + ERROR.length());
    return last.substring(start);
  }

  private String loseHost() {
    ClusterHost third = scene.host(3);
    scene.manager().kill();
    scene.host(2).cutPower();
    String refusal = refused(third);
    Waiting.until(
        "host2 has shown no sign of life for " + ClusterHost.LEASE_SECONDS + " s",
        () -> adopted(third));
    third.virsh("start", VM);
    guest().hangUp();
    guest().awaitUp(third);
    requireAt(third);
    return "Without --fenced host3 said: \""
        + refusal
        + "\" With it, keymoor host adopt and virsh start were enough: host3 has the keys in memory,"
        + " the definition and the TPM's state are in the VM's home.";
  }

  private String refused(ClusterHost host) {
    try {
      host.adopts(guest().home());
    } catch (HypervisorException refused) {
      return said(String.valueOf(refused.getMessage()));
    }
    throw new StoryFailed("The VM of a host that may be alive should have been refused.");
  }

  private boolean adopted(ClusterHost host) {
    try {
      host.adopts(guest().home(), "--fenced");
      return true;
    } catch (HypervisorException refused) {
      if (String.valueOf(refused.getMessage()).contains("that it is alive")) {
        return false;
      }
      throw refused;
    }
  }

  private String hostComesBack() {
    ClusterHost second = scene.host(2);
    second.comesBack();
    try {
      second.virsh("start", VM);
    } catch (HypervisorException refused) {
      second.virsh("undefine", "--keep-tpm", VM);
      return "virsh start there: " + said(String.valueOf(refused.getMessage()));
    }
    throw new StoryFailed("The VM runs on two hosts.");
  }

  private String managerBack() {
    scene.manager().start();
    scene.hosts().forEach(scene::awaitOnline);
    Waiting.until(
        "the manager shows VM " + VM + " on host3",
        () -> scene.client().vm(VM).path("host").asText().equals("host3"));
    return "keymoor vm show " + VM + ": on host3, unlocked.";
  }

  /** Commands that lead on from here. */
  static List<String> whatToTry(ClusterScene scene) {
    return List.of(
        "export KEYMOOR_CONTEXT=" + scene.manager().context(),
        "./keymoor vm show " + VM,
        "./keymoor vm migrate " + VM + " --to host1",
        "./keymoor host list",
        "virsh -c '" + scene.host(1).libvirt().uri() + "' list --all");
  }
}
