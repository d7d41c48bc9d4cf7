package io.keymoor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A file of which one sector cannot be read: QEMU's storage daemon mounts it over FUSE and has the
 * kernel say EIO. Closing it mends the sector.
 */
public final class BadDisk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path mount;
  private final Process daemon;

  private BadDisk(Path mount, Process daemon) {
    this.mount = mount;
    this.daemon = daemon;
  }

  /** The file {@code whole} with a bad sector at byte {@code bad}. */
  public static BadDisk of(Path whole, long bad) throws IOException {
    Tools.require("qemu-storage-daemon");
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "skipped: there is no FUSE here");
    Path mount = Files.createFile(whole.resolveSibling("bad-" + whole.getFileName()));
    Path said = whole.resolveSibling("daemon.out");
    Process daemon =
        new ProcessBuilder(
                "qemu-storage-daemon",
                "--blockdev",
                "driver=file,node-name=whole,filename=" + whole,
                "--blockdev",
                "driver=blkdebug,node-name=bad,image=whole,inject-error.0.event=none,"
                    + "inject-error.0.iotype=read,inject-error.0.errno=5,inject-error.0.sector="
                    + bad / 512,
                "--export",
                "type=fuse,id=e,node-name=bad,writable=on,growable=on,mountpoint=" + mount)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    long size = Files.size(whole);
    await().atMost(PATIENCE).until(() -> Files.size(mount) == size || !daemon.isAlive());
    Assumptions.assumeTrue(daemon.isAlive(), () -> "skipped: FUSE does not work here: " + said);
    return new BadDisk(mount, daemon);
  }

  public Path path() {
    return mount;
  }

  @Override
  public void close() {
    daemon.destroy();
    try {
      assertThat(daemon.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
