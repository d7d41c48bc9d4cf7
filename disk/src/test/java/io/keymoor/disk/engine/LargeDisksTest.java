package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static io.keymoor.disk.TestDisk.luksOptions;
import static io.keymoor.disk.TestDisk.qcow2LuksOptions;
import static io.keymoor.disk.TestDisk.secretObject;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.Machine;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.disk.inplace.InPlaceEngine;
import io.keymoor.disk.inplace.InPlaceRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * QEMU and cryptsetup find the same bytes on disks whose positions take more than 32 bits in bytes,
 * full, and in sectors, sparse. Three copies of 4 GiB are there at once.
 */
@EnabledIfSystemProperty(
    named = "keymoor.large",
    matches = "true",
    disabledReason = "takes minutes and 13 GiB: ./check --large")
class LargeDisksTest {
  private static final long FULL = (1L << 32) + 3 * MIB + 4096;
  private static final long SPARSE = (1L << 41) + (1L << 40) + 4096;

  /** Around the last positions in bytes of 32 bits, and in sectors of 31 and 32. */
  private static final List<Long> ISLANDS =
      List.of(0L, (1L << 32) - 8192, (1L << 40) - 8192, (1L << 41) - 8192, SPARSE - 16 * KIB);

  @TempDir static Path shared;
  private static Path full;

  @TempDir Path directory;
  private final DiskEngine engine = new DiskEngine(new SecureRandom());
  private final InPlaceEngine inPlace = new InPlaceEngine(new SecureRandom(), Machine.JAVA);

  @BeforeAll
  static void fillADisk() throws IOException {
    full = TestDisk.full(shared.resolve("full.raw"), FULL, 1);
  }

  @AfterAll
  static void removeIt() throws IOException {
    Files.deleteIfExists(full);
  }

  @BeforeEach
  void needTools() {
    Tools.require("qemu-img");
    Tools.require("qemu-io");
    Tools.require("cryptsetup");
  }

  private void copy(Path from, DiskKey key, TargetImage target) {
    engine.copy(
        new CopyRequest(new SourceImage(from, key), target),
        ProgressListener.SILENT,
        new CancelToken());
  }

  private void convert(Path image, DiskKey present, DiskKey wanted) {
    SourceFormat format =
        present instanceof DiskKey.None && image.toString().endsWith(".raw")
            ? SourceFormat.PLAIN_RAW
            : SourceFormat.DETECT;
    inPlace.convert(
        new InPlaceRequest(image, format, present, wanted),
        ProgressListener.SILENT,
        new CancelToken());
  }

  private void qemuFindsTheSame(String expected, String options) throws IOException {
    Tools.run(
        "qemu-img",
        "compare",
        "--object",
        secretObject(TestDisk.keyFile(directory)),
        "--image-opts",
        expected,
        options);
  }

  private void qemuFindsNoError(Path qcow2) throws IOException {
    assertThat(
            Tools.run(
                "qemu-img",
                "check",
                "--object",
                secretObject(TestDisk.keyFile(directory)),
                "--image-opts",
                qcow2LuksOptions(qcow2)))
        .contains("No errors were found on the image.")
        .doesNotContain("Leaked");
  }

  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void qemuReadsAFullDiskBackAfterACopyAndAfterReencryptionInPlace(ContainerFormat format)
      throws IOException {
    Path image = directory.resolve("encrypted");
    copy(full, DiskKey.NONE, new TargetImage(image, format, TestDisk.otherKey()));
    convert(image, TestDisk.otherKey(), TestDisk.key());
    switch (format) {
      case RAW -> qemuFindsTheSame("driver=raw,file.filename=" + full, luksOptions(image));
      case QCOW2 -> {
        qemuFindsNoError(image);
        qemuFindsTheSame("driver=raw,file.filename=" + full, qcow2LuksOptions(image));
      }
    }
    Path clear = directory.resolve("clear.raw");
    copy(image, TestDisk.key(), new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE));
    assertThat(Files.mismatch(clear, full)).isEqualTo(-1);
  }

  @Test
  void aFullDiskIsEncryptedAndDecryptedInPlaceAndQemuReadsItInBetween() throws IOException {
    Path image = directory.resolve("disk.raw");
    Files.copy(full, image);
    convert(image, DiskKey.NONE, TestDisk.key());
    qemuFindsTheSame("driver=raw,file.filename=" + full, luksOptions(image));
    convert(image, TestDisk.key(), DiskKey.NONE);
    assertThat(Files.mismatch(image, full)).isEqualTo(-1);
  }

  @Test
  void cryptsetupDecryptsAFullDiskToTheSameBytes() throws IOException {
    Path image = directory.resolve("disk.luks2");
    copy(
        full,
        DiskKey.NONE,
        new TargetImage(image, ContainerFormat.RAW, TestDisk.key(), LuksVersion.LUKS2, 4096));
    Tools.run(
        "cryptsetup",
        "reencrypt",
        "--batch-mode",
        "--decrypt",
        "--force-offline-reencrypt",
        "--header",
        directory.resolve("exported"),
        "--key-file",
        TestDisk.keyFile(directory),
        image);
    // What lies behind the disk is what was left over by the header.
    assertThat(Files.mismatch(image, full)).isIn(-1L, FULL);
  }

  /** Three TiB that hold less than a MiB. */
  @Test
  void qemuReadsASparseDiskOfThreeTebibytesBack() throws IOException {
    Path plain = directory.resolve("plain.qcow2");
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", plain, SPARSE);
    for (int i = 0; i < ISLANDS.size(); i++) {
      String write = "write -P " + (i + 1) + " " + ISLANDS.get(i) + " 16k";
      Tools.run("qemu-io", "-f", "qcow2", "-c", write, plain);
    }
    String expected = "driver=qcow2,file.filename=" + plain;
    Path image = directory.resolve("encrypted.qcow2");
    copy(plain, DiskKey.NONE, new TargetImage(image, ContainerFormat.QCOW2, TestDisk.otherKey()));
    convert(image, TestDisk.otherKey(), TestDisk.key());
    qemuFindsNoError(image);
    qemuFindsTheSame(expected, qcow2LuksOptions(image));
    Path clear = directory.resolve("clear.qcow2");
    copy(image, TestDisk.key(), new TargetImage(clear, ContainerFormat.QCOW2, DiskKey.NONE));
    qemuFindsTheSame(expected, "driver=qcow2,file.filename=" + clear);
  }

  /** Sectors of a raw container are numbered in 64 bits: QEMU writes, and this module reads. */
  @Test
  void whatQemuWroteBehindTwoTebibytesOfARawContainerIsRead() throws IOException {
    Path image = directory.resolve("sparse.luks");
    Path keyFile = TestDisk.keyFile(directory);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SPARSE);
    }
    Tools.run(
        "cryptsetup",
        "luksFormat",
        "--batch-mode",
        "--type",
        "luks1",
        "--cipher",
        "aes-xts-plain64",
        "--key-size",
        512,
        "--hash",
        "sha256",
        "--pbkdf-force-iterations",
        1000,
        "--key-file",
        keyFile,
        image);
    for (int i = 0; i < ISLANDS.size() - 1; i++) {
      Tools.run(
          "qemu-io",
          "--object",
          secretObject(keyFile),
          "-c",
          "write -P " + (i + 1) + " " + ISLANDS.get(i) + " 16k",
          "--image-opts",
          luksOptions(image));
    }
    try (BlockSource source =
        ImageOpener.open(new SourceImage(image, TestDisk.key()), Machine.JAVA)) {
      for (int i = 0; i < ISLANDS.size() - 1; i++) {
        byte[] read = new byte[16 * KIB];
        source.read(ISLANDS.get(i), read, 0, read.length);
        byte[] expected = new byte[read.length];
        Arrays.fill(expected, (byte) (i + 1));
        assertThat(read).isEqualTo(expected);
      }
    }
  }
}
