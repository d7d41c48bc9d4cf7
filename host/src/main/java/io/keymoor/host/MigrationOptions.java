package io.keymoor.host;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How VMs come to this host by live migration. */
final class MigrationOptions {
  @Option(
      names = "--migration-uri",
      paramLabel = "URI",
      description =
          "How the libvirts of the cluster's other hosts reach this one's, such as"
              + " qemu+tls://kvm1/system. Without it VMs neither leave nor arrive by live migration.")
  private Optional<String> uri = Optional.empty();

  @Option(
      names = "--migration-address",
      paramLabel = "ADDRESS",
      description = "The name or address at which this host's QEMUs listen for migrations.")
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--migration-pki",
      paramLabel = "DIR",
      defaultValue = "/var/lib/keymoor/migration-pki",
      description = "migrate_tls_x509_cert_dir of libvirt's qemu.conf; otherwise ${DEFAULT-VALUE}.")
  private Path pki = Path.of("");

  Optional<String> uri() {
    return uri;
  }

  Optional<String> address() {
    return address;
  }

  Path pki() {
    return pki.toAbsolutePath().normalize();
  }
}
