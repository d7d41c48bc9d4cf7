package io.keymoor.systemtests.faults;

import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.Lab;
import java.nio.file.Path;

/** More VMs of a lab, with disks of all sorts; none of them is ever started. */
final class OtherVms {
  private final Lab lab;

  OtherVms(Lab lab) {
    this.lab = lab;
  }

  /** A place in the datastore. */
  Path disk(String name) {
    return lab.scene().places().datastore().resolve(name);
  }

  /** Defines a VM on the disk and registers it. */
  void register(String name, Path disk, String format) {
    Scene scene = lab.scene();
    GuestImage image = GuestImage.prepare(GuestImage.defaultCache());
    TestGuest vm = TestGuest.on(image, name, disk, format, scene.libvirt().guestDirectory());
    scene.hypervisor().define(vm.definition());
    scene.expect().domainKnown(name);
    lab.client().registerVm(Scene.HOST, name);
  }
}
