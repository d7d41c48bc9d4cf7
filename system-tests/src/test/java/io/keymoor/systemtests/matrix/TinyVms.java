package io.keymoor.systemtests.matrix;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * VMs that start for real and have nothing to boot: a firmware and a few small disks. Not
 * thread-safe.
 */
final class TinyVms {
  private static final int DISK_BYTES = 64 * 1024;

  private final Lab lab;

  TinyVms(Lab lab) {
    this.lab = lab;
  }

  /** Defines a VM with this many disks in clear, and registers it. */
  void make(String name, int disks) {
    Scene scene = lab.scene();
    scene.hypervisor().define(definition(name, disks));
    scene.expect().domainKnown(name);
    lab.client().registerVm(Scene.HOST, name);
  }

  private DomainDefinition definition(String name, int disks) {
    StringBuilder devices = new StringBuilder();
    for (int i = 0; i < disks; i++) {
      devices.append(
          """
          <disk type='file' device='disk'>
            <driver name='qemu' type='raw'/>
            <source file='%s'/>
            <target dev='vd%c' bus='virtio'/>
          </disk>
          """
              .formatted(newDisk(name + "-" + i + ".raw"), 'a' + i));
    }
    return DomainDefinition.parse(
        """
        <domain type='qemu'>
          <name>%s</name>
          <uuid>%s</uuid>
          <memory unit='MiB'>16</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices>
            %s
            <controller type='usb' model='none'/>
            <memballoon model='none'/>
          </devices>
        </domain>
        """
            .formatted(name, UUID.randomUUID(), devices));
  }

  private Path newDisk(String name) {
    byte[] content = new byte[DISK_BYTES];
    new java.util.Random(name.hashCode()).nextBytes(content);
    try {
      return Files.write(lab.scene().places().datastore().resolve(name), content);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Powers it off for the manager to know; harmless when it is off. */
  void powerOff(String name) {
    if (domain(name).active()) {
      lab.succeed(lab.client().stopVm(name, true));
      lab.scene().expect().off(name);
    }
  }

  boolean running(String name) {
    return domain(name).active();
  }

  /** Definitions of all VMs, as libvirt keeps them, in the order of their names. */
  List<String> definitions() {
    return lab.scene().hypervisor().domains().stream()
        .sorted(Comparator.comparing(Domain::name))
        .map(vm -> vm.definition().xml())
        .toList();
  }

  private Domain domain(String name) {
    return lab.scene().hypervisor().domain(name).orElseThrow();
  }
}
