package io.keymoor.systemtests.cluster;

import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.Network;
import io.keymoor.quickstart.scene.Places;
import io.keymoor.systemtests.testing.CommandLineUser;
import io.keymoor.systemtests.testing.HalfRaised;
import io.keymoor.systemtests.testing.Lab;
import io.keymoor.systemtests.testing.LeftOver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;

/** Three hosts, a manager and, when asked for, a KMS, for one test class. Not thread-safe. */
public final class ClusterLab implements AutoCloseable {
  public static final int HOSTS = 3;
  private static final int DISK_BYTES = 64 * 1024;

  private final ClusterScene scene;

  private ClusterLab(ClusterScene scene) {
    this.scene = scene;
  }

  public static ClusterLab raised(boolean withKms) {
    return raised(withKms, Network.direct());
  }

  /** One whose parts reach one another through this network. */
  public static ClusterLab raised(boolean withKms, Network network) {
    Lab.requireTools();
    ClusterLab lab = new ClusterLab(new ClusterScene(shortPlaces(), HOSTS, network));
    try {
      lab.scene.raise();
      if (withKms) {
        lab.scene.addKms();
      }
      return lab;
    } catch (RuntimeException | Error reason) {
      HalfRaised.close(lab, reason);
      throw reason;
    }
  }

  /** libvirt's sockets lie deep below, and their paths may have 108 characters. */
  private static Places shortPlaces() {
    try {
      return new Places(Files.createTempDirectory("km").toRealPath());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public ClusterScene scene() {
    return scene;
  }

  /** Somebody at the command line. */
  public CommandLineUser user() {
    return new CommandLineUser(scene.manager().context());
  }

  /** A VM that starts for real and has nothing to boot, defined on a host and registered. */
  public void makeTinyVm(String name, ClusterHost on) {
    on.hypervisor().define(tinyVm(name));
    scene.register(on, name);
  }

  public Path home(String vm) {
    return scene.places().datastore().resolve(vm + ".keymoor");
  }

  private DomainDefinition tinyVm(String name) {
    Path disk = scene.places().datastore().resolve(name + ".raw");
    try {
      Files.write(disk, diskContent(name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
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
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw'/>
              <source file='%s'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <controller type='usb' model='none'/>
            <memballoon model='none'/>
          </devices>
        </domain>
        """
            .formatted(name, UUID.randomUUID(), disk));
  }

  /** What is on the disk of the tiny VM of this name. */
  public static byte[] diskContent(String name) {
    byte[] content = new byte[DISK_BYTES];
    new Random(name.hashCode()).nextBytes(content);
    return content;
  }

  @Override
  public void close() {
    scene.close();
    LeftOver.endPostgres(scene.places().manager().resolve("postgres"));
    scene.places().remove();
  }
}
