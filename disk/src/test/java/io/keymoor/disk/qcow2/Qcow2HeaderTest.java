package io.keymoor.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.MemoryImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2HeaderTest {
  @Test
  void readsASoundHeader() {
    Qcow2Header header = Qcow2Header.read(Qcow2Bytes.changed(bytes -> {}));
    assertThat(header.version()).isEqualTo(3);
    assertThat(header.clusterBytes()).isEqualTo(512);
    assertThat(header.sizeBytes()).isEqualTo(4096);
    assertThat(header.l1Entries()).isEqualTo(1);
    assertThat(header.encryption()).isEqualTo(Qcow2Header.Encryption.NONE);
    assertThat(header.backing()).isEmpty();
    assertThat(header.snapshots()).isZero();
  }

  @Test
  void readsTheBackingFileAndItsFormat() {
    Qcow2Header header =
        Qcow2Header.read(
            Qcow2Bytes.changed(bytes -> Qcow2Bytes.nameBacking(bytes, "base.img", "raw")));
    assertThat(header.backing()).contains(new Qcow2Header.Backing("base.img", "raw"));
  }

  @Test
  void roundsTheSizeUpToSectors() {
    MemoryImage image = Qcow2Bytes.changed(bytes -> bytes.putLong(24, 4001));
    assertThat(Qcow2Header.read(image).sizeBytes()).isEqualTo(4096);
  }

  @Test
  void unknownExtensionsAreIgnored() {
    MemoryImage image =
        Qcow2Bytes.changed(bytes -> bytes.putInt(104, 0x12345678).putInt(108, 13).putInt(128, 0));
    assertThat(Qcow2Header.read(image).sizeBytes()).isEqualTo(4096);
  }

  @Test
  void refusesWhatIsCutShort() {
    MemoryImage cut = new MemoryImage(Arrays.copyOf(Qcow2Bytes.sound(), 71));
    assertThatThrownBy(() -> Qcow2Header.read(cut))
        .hasMessageContaining("it ends within the qcow2 header");
    MemoryImage withoutTables = new MemoryImage(Arrays.copyOf(Qcow2Bytes.sound(), 512));
    assertThatThrownBy(() -> Qcow2Header.read(withoutTables))
        .hasMessageContaining("the L1 table lies at 512, out of bounds");
  }

  @Test
  void refusesOtherVersionsAndMagics() {
    damaged(bytes -> bytes.putInt(0, 0x514649fc), "the qcow2 magic is missing");
    unsupported(bytes -> bytes.putInt(4, 1), "it is qcow version 1");
    unsupported(bytes -> bytes.putInt(4, -1), "it is qcow version 4294967295");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 22, 64, -1})
  void refusesImpossibleClusterSizes(int bits) {
    damaged(
        bytes -> bytes.putInt(20, bits), "its cluster size is 2^" + Integer.toUnsignedString(bits));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 103, 513, -1})
  void refusesImpossibleHeaderLengths(int length) {
    damaged(
        bytes -> bytes.putInt(100, length),
        "its header is said to be " + Integer.toUnsignedString(length) + " bytes long");
  }

  @Test
  void refusesFeaturesItDoesNotKnowByName() {
    damaged(bytes -> bytes.putLong(72, 2), "QEMU has marked it as corrupt");
    unsupported(bytes -> bytes.putLong(72, 4), "its data lies in an external data file");
    damaged(bytes -> bytes.putLong(72, 16), "its clusters are too small for extended L2 entries");
    unsupported(
        bytes -> bytes.putLong(72, 1L << 63),
        "its conversion in place is unfinished; resume it or roll it back first");
    unsupported(
        bytes -> bytes.putLong(72, 8).putInt(100, 112).put(104, (byte) 1),
        "it is compressed with zstd");
    unsupported(bytes -> bytes.putLong(72, 1L << 40), "it needs unknown features 0x10000000000");
    unsupported(
        bytes -> bytes.putInt(104, 0x44415441).putInt(108, 8),
        "its data lies in an external data file");
  }

  @Test
  void aDirtyImageIsReadForItsRefcountsAreNotNeeded() {
    assertThat(Qcow2Header.read(Qcow2Bytes.changed(bytes -> bytes.putLong(72, 1))).version())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 512, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void refusesExtensionsThatReachOutOfTheFirstCluster(int length) {
    damaged(
        bytes -> bytes.putInt(104, 7).putInt(108, length),
        "a header extension reaches out of the first cluster");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, (1L << 56) + 1})
  void refusesImpossibleSizes(long size) {
    damaged(
        bytes -> bytes.putLong(24, size),
        "it claims a size of " + Long.toUnsignedString(size) + " bytes");
  }

  @Test
  void refusesTablesThatAreTooSmallTooLargeOrElsewhere() {
    damaged(bytes -> bytes.putInt(36, 0), "its L1 table is too small for the disk");
    damaged(bytes -> bytes.putLong(24, 1 << 20), "its L1 table is too small for the disk");
    damaged(bytes -> bytes.putInt(36, -1), "its L1 table has 4294967295 entries");
    damaged(bytes -> bytes.putLong(40, 0), "the L1 table lies at 0, out of bounds");
    damaged(bytes -> bytes.putLong(40, 513), "the L1 table lies at 513, out of bounds");
    damaged(bytes -> bytes.putLong(40, 8 * 512), "the L1 table lies at 4096, out of bounds");
    damaged(bytes -> bytes.putLong(40, -512), "the L1 table lies at 18446744073709551104");
  }

  @Test
  void refusesEncryptionThatDoesNotAddUp() {
    unsupported(bytes -> bytes.putInt(32, 3), "it is encrypted by method 3");
    damaged(bytes -> bytes.putInt(32, 2), "the LUKS header lies at 0, out of bounds");
    damaged(bytes -> crypt(bytes, 2048, -1), "its LUKS header is said to be -1 bytes long");
    damaged(bytes -> crypt(bytes, 2048, 1L << 40), "its LUKS header is said to be 1099511627776");
    damaged(bytes -> crypt(bytes, 2048, 4096), "the LUKS header lies at 2048, out of bounds");
    damaged(bytes -> crypt(bytes, 2049, 512), "the LUKS header lies at 2049, out of bounds");
    damaged(
        bytes -> crypt(bytes, 2048, 512).putInt(108, 15),
        "its encryption header extension has 15 bytes");
  }

  private static ByteBuffer crypt(ByteBuffer bytes, long offset, long length) {
    return bytes
        .putInt(32, 2)
        .putInt(104, 0x0537be77)
        .putInt(108, 16)
        .putLong(112, offset)
        .putLong(120, length);
  }

  @Test
  void refusesBackingNamesThatAreEmptyTooLongElsewhereOrNoText() {
    damaged(bytes -> bytes.putLong(8, 200), "the name of its backing file is 0 bytes long");
    damaged(
        bytes -> bytes.putLong(8, 200).putInt(16, 1024),
        "the name of its backing file is 1024 bytes long");
    damaged(
        bytes -> bytes.putLong(8, 500).putInt(16, 13),
        "the name of its backing file lies outside the first cluster");
    damaged(
        bytes -> bytes.putLong(8, -1).putInt(16, 1),
        "the name of its backing file lies outside the first cluster");
    damaged(
        bytes -> bytes.putLong(8, 200).putInt(16, 1).put(200, (byte) 0xff),
        "a name in its header is not UTF-8 text");
  }

  @Test
  void refusesMoreSnapshotsThanAnybodyHas() {
    damaged(bytes -> bytes.putInt(60, 65537), "it claims 65537 snapshots");
    damaged(bytes -> bytes.putInt(60, -1), "it claims 4294967295 snapshots");
  }

  private static void damaged(Consumer<ByteBuffer> change, String reason) {
    assertThatThrownBy(() -> Qcow2Header.read(Qcow2Bytes.changed(change)))
        .isInstanceOf(DiskException.DamagedImage.class)
        .hasMessageContaining(reason);
  }

  private static void unsupported(Consumer<ByteBuffer> change, String reason) {
    assertThatThrownBy(() -> Qcow2Header.read(Qcow2Bytes.changed(change)))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining(reason);
  }
}
