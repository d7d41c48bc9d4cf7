package io.keymoor.hypervisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The guest's initial RAM disk: busybox, a few modules, one script. */
final class Initramfs {
  private static final List<String> MODULES =
      List.of(
          "virtio_ring",
          "virtio",
          "virtio_pci_legacy_dev",
          "virtio_pci_modern_dev",
          "virtio_pci",
          "virtio_blk",
          "evdev",
          "button");
  private static final int NAME_CHARACTERS = 16;

  private Initramfs() {}

  /** The one for this kernel and this version of the script; made when it is not in the cache. */
  static Path prepare(Path cache, GuestKernel kernel) throws IOException {
    byte[] script = script();
    Path file = cache.resolve("initramfs-" + kernel.release() + "-" + nameOf(script));
    if (Files.notExists(file)) {
      Path tree = Files.createTempDirectory(cache, "initramfs-tree");
      try {
        fill(tree, kernel, script);
        Path archive = tree.resolveSibling(tree.getFileName() + ".cpio");
        pack(tree, archive);
        Files.move(archive, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        GuestKernel.deleteTree(tree);
      }
    }
    return file;
  }

  private static byte[] script() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(Initramfs.class.getResourceAsStream("guest-init.sh"))) {
      return script.readAllBytes();
    }
  }

  private static String nameOf(byte[] script) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(script))
          .substring(0, NAME_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void fill(Path tree, GuestKernel kernel, byte[] script) throws IOException {
    Path programs = Files.createDirectory(tree.resolve("bin"));
    Files.copy(Program.of("busybox").file(), programs.resolve("busybox"));
    Path modules = Files.createDirectory(tree.resolve("modules"));
    for (String module : MODULES) {
      Path packed = kernel.module(module);
      Path copy = Files.copy(packed, modules.resolve(packed.getFileName()));
      if (packed.toString().endsWith(".xz")) {
        Program.of("busybox", "unxz", copy.toString()).output();
      }
    }
    Path init = Files.write(tree.resolve("init"), script);
    for (Path program : List.of(init, programs.resolve("busybox"))) {
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void pack(Path tree, Path archive) throws IOException {
    StringBuilder names = new StringBuilder();
    try (Stream<Path> files = Files.walk(tree)) {
      files.forEach(file -> names.append(tree.relativize(file)).append('\n'));
    }
    // The tree itself has the empty name, which cpio knows as a dot.
    String list = "." + names;
    Program.of("busybox", "cpio", "-o", "-H", "newc", "-F", archive.toString())
        .in(tree)
        .run(list.getBytes(UTF_8));
  }
}
