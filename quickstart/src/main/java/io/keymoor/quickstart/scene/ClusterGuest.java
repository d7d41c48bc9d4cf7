package io.keymoor.quickstart.scene;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.TestGuest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A small real guest on shared storage, which runs on one host or another. Not thread-safe. */
public final class ClusterGuest implements AutoCloseable {
  private static final int FILE_BYTES = 1 << 20;
  private static final int TPM_INDEX = 0x0150_0001;

  private final ClusterScene scene;
  private final TestGuest guest;
  private final String marker;
  private final Map<String, GuestConsole> consoles = new HashMap<>();
  private byte[] stored = {};

  private ClusterGuest(ClusterScene scene, TestGuest guest, String marker) {
    this.scene = scene;
    this.guest = guest;
    this.marker = marker;
  }

  /** Makes its disk with a marker file, defines it on a host and registers it; it is off. */
  public static ClusterGuest make(ClusterScene scene, String name, ClusterHost on) {
    GuestImage image = GuestImage.prepare(GuestImage.defaultCache());
    String marker = "keymoor-marker-" + UUID.randomUUID();
    Path disk = scene.places().datastore().resolve(name + ".qcow2");
    image.makeDisk(disk, "qcow2", marker);
    // Each host has another directory there, so that sockets of one guest don't meet.
    TestGuest guest = TestGuest.on(image, name, disk, "qcow2", Path.of("/run/libvirt"));
    on.hypervisor().define(guest.definition());
    scene.register(on, name);
    return new ClusterGuest(scene, guest, marker);
  }

  public String name() {
    return guest.name();
  }

  /** Its home on the shared storage. */
  public Path home() {
    return scene.places().datastore().resolve(guest.name() + ".keymoor");
  }

  /** Its definition where it runs. */
  public DomainDefinition definition(ClusterHost host) {
    return host.hypervisor().domain(guest.name()).orElseThrow().definition();
  }

  private GuestConsole console(ClusterHost host) {
    return consoles.computeIfAbsent(
        host.name(),
        _ -> guest.openConsole(host.libvirt().runtime().resolve(guest.name() + ".tty")));
  }

  /** Waits until it answers on this host. */
  public void awaitUp(ClusterHost host) {
    console(host).waitForBoot(Scene.bootPatience());
  }

  /** Fails unless it reads its marker from its disk on this host. */
  public void requireSameContents(ClusterHost host) {
    String seen = console(host).readMarker();
    if (!seen.equals(marker)) {
      throw new StoryFailed("The guest should read " + marker + " and reads " + seen + ".");
    }
  }

  /** Has it write a file through to its disk; the file's checksum. */
  public String write(ClusterHost host, String file) {
    return console(host).writeFile(file, FILE_BYTES);
  }

  /** The checksum of a file as it is on its disk. */
  public String read(ClusterHost host, String file) {
    return console(host).checksum(file);
  }

  /** Has it keep random bytes in its TPM. */
  public void storeInTpm(ClusterHost host) {
    stored = console(host).tpm().random(16);
    console(host).tpm().store(TPM_INDEX, stored);
  }

  /** Fails unless its TPM has what was stored in it. */
  public void requireSameTpm(ClusterHost host) {
    if (!Arrays.equals(console(host).tpm().load(TPM_INDEX, stored.length), stored)) {
      throw new StoryFailed("The TPM has lost what the guest stored in it.");
    }
  }

  /** Hangs up; the guest stopped or went elsewhere. */
  public void hangUp() {
    consoles.values().forEach(GuestConsole::close);
  }

  @Override
  public void close() {
    hangUp();
  }
}
