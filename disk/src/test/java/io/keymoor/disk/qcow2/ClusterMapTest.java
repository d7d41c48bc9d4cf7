package io.keymoor.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.MemoryImage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterMapTest {
  private static final int CLUSTER = Qcow2Bytes.CLUSTER;

  @Test
  void tellsDataZerosAndSilenceApart() {
    ClusterMap map =
        map(bytes -> bytes.putLong(Qcow2Bytes.L2, 1).putLong(Qcow2Bytes.L2 + 8, 2048 | 1));
    assertThat(map.at(0)).isEqualTo(Cluster.ZERO);
    assertThat(map.at(CLUSTER)).as("allocated, and zero all the same").isEqualTo(Cluster.ZERO);
    assertThat(map.at(2 * CLUSTER + 7)).isEqualTo(new Cluster.Data(Qcow2Bytes.DATA));
    assertThat(map.at(3 * CLUSTER)).isEqualTo(Cluster.UNALLOCATED);
    assertThat(map.allocatedBytes()).isEqualTo(CLUSTER);
  }

  @Test
  void versionTwoHasNoZeroFlag() {
    ClusterMap map = map(bytes -> bytes.putInt(4, 2).putLong(Qcow2Bytes.L2, 2048 | 1));
    assertThat(map.at(0)).isEqualTo(new Cluster.Data(2048));
  }

  @Test
  void runsOfOneKindEndWhereTheKindChangesAndAtTheEndOfTheDisk() {
    ClusterMap map = map(bytes -> {});
    assertThat(map.endOfRun(0, 8 * CLUSTER)).isEqualTo(2 * CLUSTER);
    assertThat(map.endOfRun(2 * CLUSTER, 8 * CLUSTER)).isEqualTo(3 * CLUSTER);
    assertThat(map.endOfRun(3 * CLUSTER, 8 * CLUSTER)).isEqualTo(8 * CLUSTER);
  }

  @Test
  void decodesCompressedClustersAsTheSpecificationDrawsThem() {
    // 2^9 clusters: x = 61, so one bit counts further sectors.
    ClusterMap map =
        map(bytes -> bytes.putLong(Qcow2Bytes.L2, 1L << 62 | 1L << 61 | Qcow2Bytes.DATA + 100));
    assertThat(map.at(0)).isEqualTo(new Cluster.Compressed(Qcow2Bytes.DATA + 100, 2 * 512 - 100));
  }

  @ParameterizedTest
  @ValueSource(longs = {1024 + 512 * 100, 0x00ff_ffff_ffff_fe00L})
  void refusesL2TablesOutsideTheFile(long offset) {
    refused(bytes -> bytes.putLong(Qcow2Bytes.L1, offset), 0, "an L2 table is said to lie at");
  }

  @ParameterizedTest
  @ValueSource(longs = {4096, 0x00ff_ffff_ffff_fe00L})
  void refusesDataOutsideTheFile(long offset) {
    refused(bytes -> bytes.putLong(Qcow2Bytes.L2, offset), 0, "a data cluster is said to lie at");
  }

  @Test
  void refusesMisplacedDataOfLargerClusters() {
    byte[] image = new byte[4 * 1024];
    ByteBuffer.wrap(image)
        .put(0, Qcow2Bytes.sound(), 0, 512)
        .putInt(20, 10)
        .putLong(40, 1024)
        .putLong(1024, 2048)
        .putLong(2048, 3072 + 512);
    MemoryImage memory = new MemoryImage(image);
    ClusterMap map = new ClusterMap(memory, Qcow2Header.read(memory));
    assertThatThrownBy(() -> map.at(0))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("a data cluster is said to lie at 3584");
  }

  @Test
  void refusesCompressedClustersOutsideTheFileOrInAnEncryptedImage() {
    refused(
        bytes -> bytes.putLong(Qcow2Bytes.L2, 1L << 62 | 4096),
        0,
        "a compressed cluster lies outside the file");
    refused(
        bytes ->
            bytes
                .putLong(Qcow2Bytes.L2, 1L << 62 | Qcow2Bytes.DATA)
                .putInt(32, 2)
                .putInt(104, 0x0537be77)
                .putInt(108, 16)
                .putLong(112, Qcow2Bytes.FREE)
                .putLong(120, 512),
        0,
        "it is encrypted, yet has compressed clusters");
  }

  /** Else a small file could describe a disk whose map takes hours to walk over. */
  @Test
  void refusesAnL2TableThatMapsTwoPartsOfTheDisk() {
    assertThatThrownBy(() ->
            map(bytes ->
                bytes
                    .putInt(36, 2)
                    .putLong(24, 65 * 512)
                    .putLong(Qcow2Bytes.L1 + 8, 1L << 63 | Qcow2Bytes.L2)))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("the L2 table at 1024 maps two parts of the disk");
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesCauseAnythingButAMapOrARefusal(byte[] bytes) {
    MemoryImage image = new MemoryImage(bytes);
    try {
      Qcow2Header header = Qcow2Header.read(image);
      ClusterMap map = new ClusterMap(image, header);
      long at = 0;
      for (int runs = 0; runs < 1000 && at < header.sizeBytes(); runs++) {
        map.at(at);
        long end = map.endOfRun(at, header.sizeBytes());
        assertThat(end).isGreaterThan(at);
        at = end;
      }
      assertThat(at).isLessThanOrEqualTo(header.sizeBytes());
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported");
    }
  }

  private static ClusterMap map(Consumer<ByteBuffer> change) {
    MemoryImage image = Qcow2Bytes.changed(change);
    return new ClusterMap(image, Qcow2Header.read(image));
  }

  private static void refused(Consumer<ByteBuffer> change, long position, String reason) {
    ClusterMap map = map(change);
    assertThatThrownBy(() -> map.at(position))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining(reason);
  }
}
