package io.keymoor.hypervisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a private host, all below one root, laid out as the host sees them.
 *
 * @param root absolute
 */
record LabDirectories(Path root) {
  /** A Unix socket's address has 108 bytes; libvirt's sockets lie in run/libvirt. */
  private static final int LONGEST_ROOT = 70;

  private static final List<String> PLACES =
      List.of(
          "etc/libvirt/hooks",
          "var/lib/libvirt",
          "var/cache/libvirt",
          "var/log/libvirt",
          "var/lib/swtpm-localca",
          "run/libvirt",
          "marks",
          "pki",
          "scripts",
          "guests");
  private static final int FIRST_PORT = 10_240;
  private static final int PORTS = 64;
  private static final int PORT_RANGES = 340;

  private static final List<String> SCRIPTS = List.of("start-libvirtd.sh", "end-host.sh");

  static LabDirectories prepare(Path root) {
    LabDirectories directories = new LabDirectories(root.toAbsolutePath().normalize());
    if (directories.root().toString().length() > LONGEST_ROOT) {
      throw new IllegalArgumentException(
          "the directory of a private libvirt may have "
              + LONGEST_ROOT
              + " characters, because the sockets in it may have 108; this one is longer: "
              + root);
    }
    try {
      for (String place : PLACES) {
        Files.createDirectories(directories.root().resolve(place));
      }
      for (String script : SCRIPTS) {
        directories.copyScript(script);
      }
      Path hostId = directories.hostIdFile();
      if (Files.notExists(hostId)) {
        Files.writeString(hostId, UUID.randomUUID().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directories;
  }

  private void copyScript(String name) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(LabDirectories.class.getResourceAsStream(name))) {
      Files.copy(script, script(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  Path script(String name) {
    return root.resolve("scripts").resolve(name);
  }

  /** Below it is one mark for every time the host was opened. */
  Path marks() {
    return root.resolve("marks");
  }

  /** A mark that no earlier opening had; the earlier ones go. */
  Path newMark() {
    try {
      try (Stream<Path> old = Files.list(marks())) {
        for (Path mark : old.toList()) {
          Files.delete(mark);
        }
      }
      return Files.createDirectory(marks().resolve(UUID.randomUUID().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path log() {
    return root.resolve("libvirtd.log");
  }

  Path etc() {
    return root.resolve("etc/libvirt");
  }

  Path varLib() {
    return root.resolve("var/lib/libvirt");
  }

  Path certificates() {
    return root.resolve("pki");
  }

  Path guests() {
    return root.resolve("guests");
  }

  Path socket() {
    return run().resolve("libvirt-sock");
  }

  private Path run() {
    return root.resolve("run/libvirt");
  }

  private Path hostIdFile() {
    return root.resolve("host-uuid");
  }

  /** Everything as root, nothing confined, no cgroups: what works in a container too. */
  void writeConfiguration() {
    try {
      String hostId = Files.readString(hostIdFile()).strip();
      Files.writeString(
          etc().resolve("libvirtd.conf"),
          """
          unix_sock_dir = "/run/libvirt"
          unix_sock_group = "root"
          unix_sock_rw_perms = "0700"
          unix_sock_ro_perms = "0700"
          auth_unix_ro = "none"
          auth_unix_rw = "none"
          host_uuid = "%s"
          """
              .formatted(hostId),
          UTF_8);
      Files.writeString(
          etc().resolve("qemu.conf"),
          """
          user = "root"
          group = "root"
          security_driver = "none"
          namespaces = []
          cgroup_controllers = []
          stdio_handler = "file"
          dynamic_ownership = 0
          remember_owner = 0
          swtpm_user = "root"
          swtpm_group = "root"
          migrate_tls_x509_cert_dir = "%s"
          migrate_tls_x509_verify = 1
          migrate_tls_force = 1
          migration_port_min = %d
          migration_port_max = %d
          """
              .formatted(certificates(), firstPort(hostId), firstPort(hostId) + PORTS - 1),
          UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ports for migrations and block copies, below those that Linux gives away by itself. Hosts of
   * one machine share its addresses, and libvirt looks whether a port is free well before QEMU
   * takes it.
   */
  private static int firstPort(String hostId) {
    return FIRST_PORT + Math.floorMod(hostId.hashCode(), PORT_RANGES) * PORTS;
  }

  /** As a boot finds it. */
  void emptyRunDirectory() {
    Path run = run();
    try {
      Files.walkFileTree(
          run,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              if (!directory.equals(run)) {
                Files.delete(directory);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
