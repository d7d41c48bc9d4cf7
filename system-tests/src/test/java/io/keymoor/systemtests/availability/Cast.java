package io.keymoor.systemtests.availability;

import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.cluster.ClusterLab;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The VMs of the stage: per type of provider one for each part, so that what happens to one says
 * nothing of another. Not thread-safe.
 */
final class Cast {
  private final ClusterLab lab;
  private final ClusterScene scene;
  private int round;

  /** What a VM is there for. */
  enum Part {
    /** Runs on, is reset, rekeyed, and started elsewhere. */
    LEAD,
    MOVER,
    /** Is powered off and on. */
    SLEEPER;

    String vm(Kind kind) {
      return name().toLowerCase(Locale.ROOT) + "-" + kind.title();
    }
  }

  Cast(ClusterLab lab) {
    this.lab = lab;
    this.scene = lab.scene();
  }

  static List<String> all() {
    return Arrays.stream(Kind.values())
        .flatMap(kind -> Stream.of(Part.values()).map(part -> part.vm(kind)))
        .toList();
  }

  /** Makes, encrypts and starts them. */
  void make(ClusterHost on) {
    for (Kind kind : Kind.values()) {
      for (Part part : Part.values()) {
        String vm = part.vm(kind);
        lab.makeTinyVm(vm, on);
        Optional<String> provider = Optional.of(kind.provider());
        scene.succeed(scene.client().encryptVm(vm, provider, List.of()));
        scene.succeed(scene.client().addTpm(vm, provider));
        scene.succeed(scene.client().startVm(vm));
      }
    }
  }

  /** VMs in clear for the next round; answers nothing, see {@link #plain}. */
  void makePlain(ClusterHost on) {
    round++;
    for (Kind kind : Kind.values()) {
      lab.makeTinyVm(plain(Deed.ENCRYPT, kind), on);
      lab.makeTinyVm(plain(Deed.ADD_VTPM, kind), on);
    }
  }

  /** The VM in clear to which a deed of this round is done. */
  String plain(Deed deed, Kind kind) {
    return "plain-" + deed.name().toLowerCase(Locale.ROOT) + "-" + kind.title() + "-" + round;
  }

  /** Where the VM runs, or else where it is. */
  ClusterHost place(String vm) {
    return scene
        .whereRuns(vm)
        .or(() -> scene.hosts().stream().filter(host -> host.knows(vm)).findFirst())
        .orElseThrow(() -> new AssertionError("VM " + vm + " is lost"));
  }

  /** All of them run on one host, and the manager knows; answers which. */
  ClusterHost gather() {
    ClusterHost here = place(Part.LEAD.vm(Kind.NATIVE));
    for (String vm : all()) {
      if (scene.whereRuns(vm).isEmpty()) {
        scene.startOnceUnlocked(vm);
      }
      awaitKnown(vm);
      Waiting.until("VM " + vm + " comes to " + here.name(), () -> comesTo(vm, here));
      awaitKnown(vm);
    }
    return here;
  }

  /** A busy machine may be too slow for libvirt's patience with swtpm; the next attempt is not. */
  private boolean comesTo(String vm, ClusterHost here) {
    if (!place(vm).name().equals(here.name())) {
      scene.end(scene.client().migrateVm(vm, here.name()));
    }
    return place(vm).name().equals(here.name());
  }

  private void awaitKnown(String vm) {
    String host = scene.whereRuns(vm).orElseThrow().name();
    Waiting.until(
        "the manager knows that VM " + vm + " runs on " + host,
        () -> {
          var json = scene.client().vm(vm);
          return json.path("host").asText().equals(host)
              && json.path("power").asText().toLowerCase(Locale.ROOT).equals("running");
        });
  }
}
