package io.keymoor.disk.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.CopyResult;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.disk.raw.RawSource;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRunsTest {
  private static final long MIB = 1 << 20;

  /** Not a whole number of sectors. */
  private static final long LENGTH = 64 * MIB + 100;

  private static final long SIZE = 64 * MIB + 512;

  private final Machine machine = new LinuxMachine();

  @TempDir Path directory;
  private Path sparse = Path.of("");

  @BeforeEach
  void islandsOfData() throws IOException {
    sparse = directory.resolve("sparse.img");
    try (FileChannel channel =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, 8 * MIB, 2 * MIB);
      write(channel, 32 * MIB + 512, 512);
      write(channel, LENGTH - 1, 1);
    }
    assumeThat(Files.getFileStore(sparse).type())
        .as("a file system for temporary files whose holes are believed")
        .isIn("ext4", "xfs", "btrfs", "tmpfs");
  }

  private static void write(FileChannel channel, long position, long length) throws IOException {
    byte[] ones = new byte[(int) length];
    Arrays.fill(ones, (byte) 1);
    channel.write(ByteBuffer.wrap(ones), position);
  }

  @Test
  void holesAndDataAreToldApartAndCoverTheDisk() {
    try (RawSource source = new RawSource(ImageFile.openToRead(sparse), machine)) {
      assertThat(source.knowsItsHoles()).isTrue();
      List<Extent> extents = new ArrayList<>();
      for (long at = 0; at < source.sizeBytes(); at = extents.getLast().end()) {
        extents.add(source.extentAt(at));
      }
      assertThat(extents.getFirst()).isEqualTo(new Extent(0, 8 * MIB, Extent.Kind.ZERO));
      assertThat(extents.get(1)).isEqualTo(new Extent(8 * MIB, 2 * MIB, Extent.Kind.DATA));
      assertThat(extents.get(3).position()).isLessThanOrEqualTo(32 * MIB + 512);
      assertThat(extents.get(3).isZero()).isFalse();
      assertThat(extents.getLast().isZero()).isFalse();
      assertThat(extents.getLast().end()).isEqualTo(SIZE);
      assertThat(extents).hasSize(6);
      assertThat(source.extentAt(9 * MIB).end()).isEqualTo(10 * MIB);
      assertThat(source.extentAt(512).end()).isEqualTo(8 * MIB);
    }
  }

  @Test
  void aSparseDiskIsCopiedWithItsHolesSkippedAndComesOutTheSame() throws IOException {
    Path target = directory.resolve("target.qcow2");
    Path back = directory.resolve("back.img");
    SecretBytes secret = SecretBytes.random(32, new SecureRandom());
    DiskKey key = new DiskKey.RandomSecret(secret);
    CopyResult there = copy(sparse, DiskKey.NONE, target, ContainerFormat.QCOW2, key);
    assertThat(there.bytes()).isEqualTo(SIZE);
    assertThat(there.fileBytes()).isLessThan(8 * MIB);
    copy(target, key, back, ContainerFormat.RAW, DiskKey.NONE);
    try (FileChannel tail = FileChannel.open(back, StandardOpenOption.WRITE)) {
      tail.truncate(LENGTH);
    }
    assertThat(Files.mismatch(sparse, back)).isEqualTo(-1);
    secret.close();
  }

  private CopyResult copy(
      Path from, DiskKey present, Path to, ContainerFormat format, DiskKey key) {
    return new DiskEngine(new SecureRandom(), machine)
        .copy(
            new CopyRequest(source(from, present), new TargetImage(to, format, key), true),
            ProgressListener.SILENT,
            new CancelToken());
  }

  private static SourceImage source(Path image, DiskKey key) {
    SourceFormat format = key instanceof DiskKey.None ? SourceFormat.RAW : SourceFormat.DETECT;
    return new SourceImage(image, format, key, BackingRule.SAME_DIRECTORY);
  }

  @Test
  void lookingForHolesDropsNoLocks() throws IOException {
    try (ImageFile first = ImageFile.openToRead(sparse)) {
      List<String> locks = locks();
      assertThat(locks).isNotEmpty();
      try (RawSource source = new RawSource(ImageFile.openToRead(sparse), machine)) {
        assertThat(source.extentAt(0).isZero()).isTrue();
      }
      assertThat(locks()).hasSameSizeAs(locks);
      assertThat(first.length()).isEqualTo(LENGTH);
    }
    assertThat(locks()).isEmpty();
  }

  /** What the kernel says about locks on the file. */
  private List<String> locks() throws IOException {
    String inode = ":" + Files.getAttribute(sparse, "unix:ino") + " ";
    try (Stream<String> lines = Files.lines(Path.of("/proc/locks"))) {
      return lines.filter(line -> line.contains(inode)).toList();
    }
  }

  @Test
  void whatIsNoFileOrAnotherFileHasNoRuns() throws IOException {
    assertThat(machine.dataRuns(directory)).isEmpty();
    assertThat(machine.dataRuns(directory.resolve("absent"))).isEmpty();
    Path other = Files.write(directory.resolve("other"), new byte[512]);
    Machine mistaken =
        new Machine() {
          @Override
          public Optional<BulkAes> aes(byte[] keys, int offset) {
            return Optional.empty();
          }

          @Override
          public Optional<DataRuns> dataRuns(Path file) {
            return machine.dataRuns(other);
          }
        };
    try (RawSource source = new RawSource(ImageFile.openToRead(sparse), mistaken)) {
      assertThat(source.knowsItsHoles()).isFalse();
      assertThat(source.extentAt(0)).isEqualTo(new Extent(0, SIZE, Extent.Kind.DATA));
    }
  }
}
