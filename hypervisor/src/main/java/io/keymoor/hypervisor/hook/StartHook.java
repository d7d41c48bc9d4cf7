package io.keymoor.hypervisor.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.DomainDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The script that libvirt runs, as {@code qemu.d/keymoor}, beside whatever other hooks there are:
 * they stay untouched and run too. Needs libvirt 6.5 or newer, flock (util-linux) and coreutils.
 */
public final class StartHook {
  private static final String DIRECTORY = "qemu.d";
  private static final String NAME = "keymoor";
  private static final String SIGN = "# Keymoor's start hook.";

  private StartHook() {}

  /**
   * What {@link #install} found and left.
   *
   * @param script the hook
   * @param libvirtNeedsRestart whether libvirtd has to be restarted before it runs the hook: it
   *     looks once, when it starts, whether there is any hook for QEMU
   */
  public record Installed(Path script, boolean libvirtNeedsRestart) {}

  /** Where the hook is below a directory of hooks. */
  public static Path script(Path hooksDirectory) {
    return hooksDirectory.resolve(DIRECTORY).resolve(NAME);
  }

  /** The hook's file can't be written because somebody else's is there. */
  public static final class ForeignHook extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignHook(Path script) {
      super(
          script
              + " is not a hook of Keymoor's; it was left as it was. Move it away and start the"
              + " agent again.");
    }
  }

  /**
   * Writes the hook, in one step, so that libvirt never runs half of it.
   *
   * @param hooksDirectory "/etc/libvirt/hooks" on an ordinary host; made when missing
   * @param exchangeDirectory where {@link HookServer} listens; need not be there yet
   * @throws ForeignHook when a file of that name is not Keymoor's
   */
  public static Installed install(Path hooksDirectory, Path exchangeDirectory) {
    try {
      boolean anyHook = anyHook(hooksDirectory);
      Path directory = Files.createDirectories(hooksDirectory.resolve(DIRECTORY));
      Path script = directory.resolve(NAME);
      if (Files.exists(script) && !Files.readString(script).contains(SIGN)) {
        throw new ForeignHook(script);
      }
      // Not executable until it is complete: libvirt runs whatever it finds here.
      Path fresh = Files.createTempFile(hooksDirectory, "keymoor", ".new");
      try {
        Files.writeString(fresh, text(exchangeDirectory.toAbsolutePath()));
        sync(fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, script, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      return new Installed(script, !anyHook);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An empty hook after a power loss would be nobody's: the agent would not start. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static boolean anyHook(Path hooksDirectory) throws IOException {
    Path directory = hooksDirectory.resolve(DIRECTORY);
    if (Files.isExecutable(hooksDirectory.resolve("qemu"))) {
      return true;
    }
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> hooks = Files.list(directory)) {
      return hooks.anyMatch(Files::isExecutable);
    }
  }

  private static String text(Path exchangeDirectory) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(StartHook.class.getResourceAsStream("start-hook.sh"))) {
      String quoted = "'" + exchangeDirectory.toString().replace("'", "'\\''") + "'";
      return new String(script.readAllBytes(), UTF_8)
          .replace("@NAMESPACE@", DomainDefinition.NAMESPACE)
          .replace("@EXCHANGE@", quoted);
    }
  }
}
