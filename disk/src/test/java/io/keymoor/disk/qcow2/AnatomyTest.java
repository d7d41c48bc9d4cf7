package io.keymoor.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.MemoryImage;
import io.keymoor.disk.qcow2.Anatomy.Use;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small image, with a refcount table in its fifth cluster and a block in its sixth. */
class AnatomyTest {
  private static final int CLUSTER = Qcow2Bytes.CLUSTER;
  private static final int TABLE = 4 * CLUSTER;
  private static final int BLOCK = 5 * CLUSTER;

  private static MemoryImage image(Consumer<ByteBuffer> change) {
    return Qcow2Bytes.changed(bytes -> {
      bytes.putLong(48, TABLE).putInt(56, 1).putLong(TABLE, BLOCK);
      for (int i = 0; i < 6; i++) {
        bytes.putShort(BLOCK + 2 * i, (short) 1);
      }
      change.accept(bytes);
    });
  }

  private static Anatomy anatomy(Consumer<ByteBuffer> change) {
    MemoryImage image = image(change);
    return Anatomy.of(image, Qcow2Header.read(image));
  }

  private static void damaged(Consumer<ByteBuffer> change, String reason) {
    assertThatThrownBy(() -> anatomy(change))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining(reason);
  }

  @Test
  void tellsDataTablesAndWhatNobodyReadsApart() {
    Anatomy anatomy = anatomy(bytes -> bytes.putLong(Qcow2Bytes.L2, 6 * CLUSTER | 1));
    assertThat(anatomy.clusters()).isEqualTo(8);
    for (int cluster : new int[] {0, 1, 2, 4, 5}) {
      assertThat(anatomy.use(cluster)).isEqualTo(Use.METADATA);
      assertThat(anatomy.isWorthless(cluster)).isFalse();
    }
    assertThat(anatomy.use(3)).isEqualTo(Use.DATA);
    assertThat(anatomy.dataClusters()).isEqualTo(1);
    assertThat(anatomy.isWorthless(3)).isFalse();
    assertThat(anatomy.use(6)).isEqualTo(Use.SPARE);
    assertThat(anatomy.isWorthless(6)).isTrue();
    assertThat(anatomy.use(7)).isEqualTo(Use.UNNAMED);
    assertThat(anatomy.isWorthless(7)).isTrue();
  }

  /** A foreign extension may name what looks leaked. */
  @Test
  void whatIsCountedAsUsedIsWorthlessOnlyWhereNobodyElseCanNameIt() {
    assertThat(anatomy(bytes -> bytes.putShort(BLOCK + 14, (short) 1)).isWorthless(7)).isTrue();
    Anatomy foreign =
        anatomy(bytes -> bytes.putShort(BLOCK + 14, (short) 1).putInt(104, 0x23852875));
    assertThat(foreign.isWorthless(7)).isFalse();
    assertThat(foreign.isWorthless(6)).isTrue();
  }

  @Test
  void aSnapshotsClustersAreDataOnceAndItsTablesAreNot() {
    Anatomy anatomy =
        anatomy(bytes -> {
          bytes.putInt(60, 1).putLong(64, 6 * CLUSTER);
          bytes.putLong(6 * CLUSTER, 7 * CLUSTER).putInt(6 * CLUSTER + 8, 1);
          bytes.putLong(7 * CLUSTER, Qcow2Bytes.L2);
        });
    assertThat(anatomy.use(6)).isEqualTo(Use.METADATA);
    assertThat(anatomy.use(7)).isEqualTo(Use.METADATA);
    assertThat(anatomy.dataClusters()).isEqualTo(1);
  }

  /** Otherwise a conversion would take a table, or the header, for data and destroy it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void refusesDataThatLiesInATable(int cluster) {
    damaged(
        bytes -> bytes.putLong(Qcow2Bytes.L2, (long) cluster * CLUSTER),
        "its cluster at " + cluster * CLUSTER + " is used twice");
  }

  @Test
  void refusesTablesInTablesAndOutsideTheFile() {
    damaged(bytes -> bytes.putLong(48, 512), "its cluster at 512 is used twice");
    damaged(
        bytes -> bytes.putLong(48, 100), "its refcount table of 512 bytes is said to lie at 100");
    damaged(bytes -> bytes.putInt(56, 0), "its refcount table of 0 bytes");
    damaged(bytes -> bytes.putInt(56, 9), "the refcount table is said to lie at 2048");
    damaged(
        bytes -> bytes.putLong(TABLE, 1L << 40),
        "a refcount block is said to lie at 1099511627776");
    damaged(bytes -> bytes.putLong(Qcow2Bytes.L1, 1L << 40), "an L2 table is said to lie at");
    damaged(bytes -> bytes.putLong(Qcow2Bytes.L2, 1L << 40), "a data cluster is said to lie at");
    damaged(bytes -> bytes.putInt(60, 1).putLong(64, 7), "its snapshot table is said to lie at 7");
    damaged(
        bytes -> bytes.putInt(60, 65536).putLong(64, 6 * CLUSTER),
        "its snapshot table reaches out of the file");
    damaged(
        bytes ->
            bytes.putInt(60, 1).putLong(64, 6 * CLUSTER).putInt(6 * CLUSTER + 8, Integer.MAX_VALUE),
        "an L1 table has 2147483647 entries");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void refcountsOfEveryWidthAreReadAndSet(int order) {
    byte[] block = new byte[CLUSTER];
    for (int index : new int[] {0, 1, 5, 9}) {
      Refcounts.set(block, index, order, 1);
    }
    for (int index = 0; index < 12; index++) {
      boolean used = index == 0 || index == 1 || index == 5 || index == 9;
      assertThat(Refcounts.get(block, index, order)).isEqualTo(used ? 1 : 0);
    }
    Refcounts.set(block, 5, order, 0);
    assertThat(Refcounts.get(block, 5, order)).isZero();
    assertThat(Refcounts.get(block, 1, order)).isEqualTo(1);
  }

  /** The specification: lowest bits first within a byte, high bytes first within a number. */
  @Test
  void refcountsLieAsTheSpecificationSays() {
    byte[] block = {(byte) 0b1110_0100, 0x12, 0x34, 0};
    assertThat(Refcounts.get(block, 0, 1)).isEqualTo(0);
    assertThat(Refcounts.get(block, 1, 1)).isEqualTo(1);
    assertThat(Refcounts.get(block, 3, 1)).isEqualTo(3);
    assertThat(Refcounts.get(block, 1, 3)).isEqualTo(0x12);
    assertThat(Refcounts.get(block, 0, 4)).isEqualTo(0xe412);
  }

  @Test
  void anAreaIsTakenAfterTheEndAndGivenBack() {
    MemoryImage image = image(bytes -> {});
    Qcow2Header header = Qcow2Header.read(image);
    AreaPlan plan = AreaPlan.added(image, header, 3 * CLUSTER);
    assertThat(plan.areaOffset()).isEqualTo(8 * CLUSTER);
    assertThat(plan.fileAfter()).isEqualTo(11 * CLUSTER);
    assertThat(plan.patches()).hasSize(2);
    assertThat(plan.patches().get(1).offset()).isEqualTo(BLOCK + 17);
    assertThat(plan.patches().get(1).after()).containsExactly(1, 0, 1, 0, 1);
  }

  /** 64 blocks of 256 clusters are all that this table counts. */
  @Test
  void aRefcountTableThatIsFullMovesToTheEndOfTheFile() {
    byte[] sound = image(bytes -> {}).bytes();
    byte[] full = new byte[64 * 256 * CLUSTER];
    System.arraycopy(sound, 0, full, 0, sound.length);
    MemoryImage image = new MemoryImage(full);
    AreaPlan plan = AreaPlan.added(image, Qcow2Header.read(image), CLUSTER);
    long end = full.length;
    assertThat(plan.areaOffset()).isEqualTo(end + 3 * CLUSTER);
    ByteBuffer header = ByteBuffer.wrap(plan.patches().getFirst().after());
    assertThat(header.getLong(48)).isEqualTo(end + CLUSTER);
    assertThat(header.getInt(56)).isEqualTo(2);
    Patch table = plan.patches().getLast();
    assertThat(table.offset()).isEqualTo(end + CLUSTER);
    assertThat(ByteBuffer.wrap(table.after()).getLong(64 * 8)).isEqualTo(end);
  }

  @Test
  void refusesToPlanWhereTheRefcountsContradictTheFile() {
    MemoryImage image = image(bytes -> bytes.putShort(BLOCK + 16, (short) 1));
    assertThatThrownBy(() -> AreaPlan.added(image, Qcow2Header.read(image), CLUSTER))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining("it counts clusters after its end as used");
  }

  @FuzzTest(maxDuration = "30s")
  void noBytesCauseAnythingButAnAnatomyOrARefusal(byte[] bytes) {
    MemoryImage image = new MemoryImage(bytes);
    try {
      Qcow2Header header = Qcow2Header.read(image);
      Anatomy anatomy = Anatomy.of(image, header);
      long data = 0;
      for (long cluster = 0; cluster < anatomy.clusters(); cluster++) {
        data += anatomy.use(cluster) == Use.DATA ? 1 : 0;
        anatomy.isWorthless(cluster);
      }
      assertThat(data).isEqualTo(anatomy.dataClusters());
      AreaPlan.added(image, header, 4096)
          .patches()
          .forEach(patch -> assertThat(patch.offset()).isNotNegative());
    } catch (DiskException expected) {
      assertThat(expected.code()).isIn("disk_damaged", "disk_unsupported");
    }
  }
}
