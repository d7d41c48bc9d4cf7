package io.keymoor.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackingChainTest {
  private static final int CLUSTER = Qcow2Bytes.CLUSTER;

  @TempDir Path directory;

  @Test
  void theTopImageWinsItsBackingFileShowsThroughAndZerosFollowItsEnd() throws IOException {
    byte[] base = new byte[4 * CLUSTER];
    Arrays.fill(base, (byte) 0xba);
    Files.write(directory.resolve("base.raw"), base);
    try (BlockSource disk = open(overlay("top.qcow2", "base.raw", "raw"))) {
      byte[] content = new byte[8 * CLUSTER];
      disk.read(0, content, 0, content.length);
      assertThat(content[0]).isEqualTo((byte) 0xba);
      assertThat(content[2 * CLUSTER]).isEqualTo((byte) 0xd2);
      assertThat(content[3 * CLUSTER - 1]).isEqualTo((byte) 0xd2);
      assertThat(content[3 * CLUSTER]).isEqualTo((byte) 0xba);
      assertThat(content[4 * CLUSTER]).isZero();
      assertThat(disk.extentAt(4 * CLUSTER))
          .isEqualTo(new Extent(4 * CLUSTER, 4 * CLUSTER, Extent.Kind.ZERO));
      assertThat(disk.extentAt(0).isZero()).isFalse();
    }
  }

  @Test
  void aChainMayHaveSeveralImages() throws IOException {
    Files.write(directory.resolve("base.raw"), new byte[] {7});
    overlay("a.qcow2", "base.raw", "raw");
    overlay("b.qcow2", "a.qcow2", "qcow2");
    try (BlockSource disk = open(overlay("c.qcow2", "b.qcow2", "qcow2"))) {
      byte[] sector = new byte[512];
      disk.read(0, sector, 0, 512);
      assertThat(sector[0]).isEqualTo((byte) 7);
    }
  }

  @Test
  void refusesAnImageThatIsItsOwnBackingFile() throws IOException {
    overlay("a.qcow2", "b.qcow2", "qcow2");
    Path b = overlay("b.qcow2", "a.qcow2", "qcow2");
    refused(b, DiskException.DamagedImage.class, "its own backing file");
  }

  @Test
  void refusesChainsOfMoreThan64Images() throws IOException {
    Path top = overlay("0.qcow2", "nothing", "qcow2");
    for (int i = 1; i < 70; i++) {
      top = overlay(i + ".qcow2", (i - 1) + ".qcow2", "qcow2");
    }
    refused(top, DiskException.UnsupportedImage.class, "more than 64 backing files");
  }

  /** Else an image from a stranger could carry any file of the host away. */
  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../outside.raw", "./link/outside.raw"})
  void refusesBackingFilesElsewhere(String name) throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    Files.write(directory.resolve("outside.raw"), new byte[512]);
    Files.createSymbolicLink(inner.resolve("link"), directory);
    Path top = overlay("inner/top.qcow2", name, "raw");
    refused(top, DiskException.UnsupportedImage.class, "which has to be allowed explicitly");
    if (!name.startsWith("/")) {
      BackingRule rule = new BackingRule(List.of(directory));
      BackingChain.open(ImageFile.openToRead(top), DiskKey.NONE, rule, Machine.JAVA).close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbd://host/export", "json:{\"driver\":\"nbd\"}", "ssh:x"})
  void refusesBackingFilesOverAProtocol(String name) throws IOException {
    refused(
        overlay("top.qcow2", name, "raw"),
        DiskException.UnsupportedImage.class,
        "its backing file is reached over protocol");
  }

  @Test
  void refusesToGuessTheFormatOfABackingFileThatAGuestMayHaveWritten() throws IOException {
    overlay("base.img", "nothing", "raw");
    refused(
        overlay("top.qcow2", "base.img", ""),
        DiskException.UnsupportedImage.class,
        "it does not record the format of its backing file " + directory.resolve("base.img"));
  }

  @Test
  void saysWhichBackingFileIsMissing() throws IOException {
    refused(overlay("top.qcow2", "gone.raw", "raw"), DiskException.DiskMissing.class, "gone.raw");
  }

  private Path overlay(String name, String backing, String format) throws IOException {
    return Files.write(
        directory.resolve(name),
        Qcow2Bytes.changed(bytes -> Qcow2Bytes.nameBacking(bytes, backing, format)).bytes());
  }

  private static BlockSource open(Path path) {
    return BackingChain.open(
        ImageFile.openToRead(path), DiskKey.NONE, BackingRule.SAME_DIRECTORY, Machine.JAVA);
  }

  private static void refused(Path top, Class<? extends DiskException> type, String reason) {
    assertThatThrownBy(() -> open(top)).isInstanceOf(type).hasMessageContaining(reason);
    ImageFile.openToChange(top).close();
  }
}
