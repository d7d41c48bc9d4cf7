package io.keymoor.hypervisor.lab;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * What small real guests boot from: the kernel of the Debian cloud image and a busybox in an
 * initial RAM disk. Made once per cache directory, also when several processes ask at once.
 *
 * @param kernel the kernel
 * @param initramfs the initial RAM disk
 */
public record GuestImage(Path kernel, Path initramfs) {
  /** Bytes of a disk made by {@link #makeDisk}. */
  public static final long DISK_BYTES = 256L * 1024 * 1024;

  private static final Duration DISK_PATIENCE = Duration.ofMinutes(5);
  private static final String LABEL = "keymoor-guest";
  private static final Object ONE_AT_A_TIME = new Object();

  /** The user's cache directory for guests. */
  public static Path defaultCache() {
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("keymoor/guest");
  }

  /** Why no guest can be made here, in words; absent when one can be. */
  public static Optional<String> unavailableReason(Path cache) {
    return Requirements.missingForGuest()
        .or(() -> GuestKernel.inCache(cache).isPresent() ? Optional.empty() : kernelProblem());
  }

  private static Optional<String> kernelProblem() {
    return Requirements.missingForKernel()
        .or(() ->
            GuestKernel.available().isEmpty()
                ? Optional.of(
                    "apt knows no kernel for guests (linux-image-…-cloud-amd64);"
                        + " try: apt-get update")
                : Optional.empty());
  }

  /**
   * The image in {@code cache}; downloads a kernel with apt when it is not there yet.
   *
   * @param cache made when missing
   */
  public static GuestImage prepare(Path cache) {
    synchronized (ONE_AT_A_TIME) {
      try {
        Files.createDirectories(cache);
        try (FileChannel channel =
                FileChannel.open(
                    cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (!lock.isValid()) {
            throw new IOException("the lock of " + cache + " was lost");
          }
          GuestKernel kernel = GuestKernel.prepare(cache);
          return new GuestImage(kernel.file(), Initramfs.prepare(cache, kernel));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Makes a disk of {@link #DISK_BYTES} with a file system and the marker on it.
   *
   * @param file replaced when it is there
   * @param format "raw" or "qcow2"
   * @param marker one line that the guest reads back
   */
  public void makeDisk(Path file, String format, String marker) {
    try {
      Path content = Files.createTempDirectory("keymoor-guest");
      Path raw = Files.createTempFile(file.toAbsolutePath().getParent(), "disk", ".raw");
      Path marked = content.resolve("marker");
      try {
        Files.writeString(marked, marker);
        Program.of("mke2fs", "-q", "-F", "-t", "ext4", "-L", LABEL)
            .with("-d", content.toString(), raw.toString(), DISK_BYTES / 1024 + "k")
            .within(DISK_PATIENCE)
            .output();
        move(raw, file, format);
      } finally {
        Files.deleteIfExists(marked);
        Files.delete(content);
        Files.deleteIfExists(raw);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path raw, Path file, String format) throws IOException {
    switch (format) {
      case "raw" -> Files.move(raw, file, StandardCopyOption.REPLACE_EXISTING);
      case "qcow2" ->
          Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2")
              .with(raw.toString(), file.toAbsolutePath().toString())
              .within(DISK_PATIENCE)
              .output();
      default -> throw new ProgramFailed("qemu-img", "guests have raw or qcow2 disks");
    }
  }
}
