package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/**
 * The manager gone, the host restarted (libvirtd, QEMU, swtpm and agent killed, /run emptied): the
 * VM starts with libvirt alone, its key derived on the host from the host's own configuration (N4).
 */
public final class StartByLibvirtAlone implements Step {
  @Override
  public String title() {
    return "Stop the manager, restart the host, start with virsh";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.manager().stop();
    scene.restartHost();
    scene.virsh("start", guest.name());
    guest.awaitUp();
    guest.requireSameContents();
    String tpm = guest.talkToTpm();
    scene.manager().start();
    scene.expect().hostOnline();
    return "`virsh start` was enough: libvirt asked the agent, which derived the key from the"
        + " host's own configuration. The guest reads the same data; TPM: "
        + tpm
        + ". Then the manager came back.";
  }
}
