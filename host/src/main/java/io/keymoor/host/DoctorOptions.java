package io.keymoor.host;

import io.keymoor.host.doctor.Doctor;
import io.keymoor.hypervisor.Hypervisor;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the doctor looks at. */
final class DoctorOptions {
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private LibvirtOptions libvirt = new LibvirtOptions();

  @Option(
      names = "--hooks-dir",
      paramLabel = "DIR",
      defaultValue = "/etc/libvirt/hooks",
      description = "libvirt's hooks; otherwise ${DEFAULT-VALUE}.")
  private Path hooks = Path.of("");

  @Mixin private MigrationOptions migration = new MigrationOptions();

  HostOptions host() {
    return host;
  }

  /** A connection of its own, closed by the caller. */
  Hypervisor hypervisor() {
    return libvirt.hypervisor();
  }

  Doctor doctor() {
    return Doctor.ofThisHost(
        new Doctor.Places(
            host.directory(),
            hooks,
            host.runtime(),
            new Doctor.Migration(migration.uri(), migration.address(), migration.pki())),
        libvirt::hypervisor,
        InstantSource.system());
  }
}
