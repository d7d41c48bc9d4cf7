package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static io.keymoor.disk.TestDisk.luksOptions;
import static io.keymoor.disk.TestDisk.qcow2LuksOptions;
import static io.keymoor.disk.TestDisk.secretObject;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * QEMU and cryptsetup open what this module writes, and the other way round. QEMU spends two
 * seconds on each image it creates, so the tests of this class run side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class InteroperabilityTest {
  private final DiskEngine engine = new DiskEngine(new SecureRandom());

  @TempDir Path directory;

  @BeforeEach
  void needQemu() {
    Tools.require("qemu-img");
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 4096, 65536, 65536 + 512, 3 * MIB + 1536, 20L * MIB + 512})
  void qemuReadsAFullDiskOfAnySizeBackFromEachTarget(long size) throws IOException {
    Path plain = TestDisk.full(directory.resolve("plain.raw"), size, size);
    everyTargetHoldsTheSame(plain);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L * MIB, 40L * MIB + 512})
  void qemuReadsASparseDiskBackFromEachTarget(long size) throws IOException {
    Path plain = TestDisk.sparse(directory.resolve("plain.raw"), size, 60, size);
    everyTargetHoldsTheSame(plain);
  }

  /** One L2 table maps 512 MiB; past 4 GiB positions take more than 32 bits. */
  @Test
  void qemuReadsAThinDiskOfSeveralL2TablesBack() throws IOException {
    Path plain = TestDisk.sparse(directory.resolve("plain.raw"), 4200L * MIB + 512, 60, 8);
    Path thin = directory.resolve("thin.qcow2");
    copy(plain, DiskKey.NONE, thin, ContainerFormat.QCOW2, TestDisk.key());
    qemuFindsTheSame(plain, thin, ContainerFormat.QCOW2, TestDisk.key());
    assertThat(Files.size(thin)).isLessThan(20 * MIB);
  }

  private void everyTargetHoldsTheSame(Path plain) throws IOException {
    for (ContainerFormat format : ContainerFormat.values()) {
      Path encrypted = directory.resolve("encrypted-" + format);
      Path again = directory.resolve("again-" + format);
      Path clear = directory.resolve("clear-" + format);
      copy(plain, DiskKey.NONE, encrypted, format, TestDisk.key());
      qemuFindsTheSame(plain, encrypted, format, TestDisk.key());
      copy(encrypted, TestDisk.key(), again, format, TestDisk.key());
      qemuFindsTheSame(plain, again, format, TestDisk.key());
      copy(again, TestDisk.key(), clear, format, DiskKey.NONE);
      qemuFindsTheSame(plain, clear, format, DiskKey.NONE);
    }
  }

  private void copy(Path from, DiskKey key, Path to, ContainerFormat format, DiskKey newKey) {
    SourceImage source = new SourceImage(from, key);
    engine.copy(
        new CopyRequest(source, new TargetImage(to, format, newKey)),
        ProgressListener.SILENT,
        new CancelToken());
  }

  private void qemuFindsTheSame(Path plain, Path image, ContainerFormat format, DiskKey key)
      throws IOException {
    String options = options(image, format, key);
    String secret = secretObject(TestDisk.keyFile(directory));
    if (format == ContainerFormat.QCOW2) {
      String check = Tools.run("qemu-img", "check", "--object", secret, "--image-opts", options);
      assertThat(check).contains("No errors were found on the image.").doesNotContain("Leaked");
    }
    String plainOptions = "driver=raw,file.filename=" + plain;
    Tools.run("qemu-img", "compare", "--object", secret, "--image-opts", plainOptions, options);
  }

  private static String options(Path image, ContainerFormat format, DiskKey key) {
    boolean clear = key instanceof DiskKey.None;
    return switch (format) {
      case RAW -> clear ? "driver=raw,file.filename=" + image : luksOptions(image);
      case QCOW2 -> clear ? "driver=qcow2,file.filename=" + image : qcow2LuksOptions(image);
    };
  }

  @Test
  void readsRawLuksThatQemuMade() throws IOException {
    Path plain = TestDisk.full(directory.resolve("plain.raw"), 5 * MIB, 1);
    Path luks = directory.resolve("disk.luks");
    qemuCreates(
        "luks",
        luks,
        "key-secret=s,cipher-alg=aes-256,cipher-mode=xts,ivgen-alg=plain64,iter-time=10,hash-alg=sha256",
        5 * MIB);
    qemuConverts(plain, luksOptions(luks));
    Path clear = directory.resolve("clear.raw");
    copy(luks, TestDisk.key(), clear, ContainerFormat.RAW, DiskKey.NONE);
    assertThat(clear).hasSameBinaryContentAs(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "2097152"})
  void readsEncryptedQcow2OfAnyClusterSizeThatQemuMade(String cluster) throws IOException {
    Path plain = TestDisk.sparse(directory.resolve("plain.raw"), 9 * MIB + 512, 12, 2);
    Path qcow2 = directory.resolve("disk.qcow2");
    qemuCreates(
        "qcow2",
        qcow2,
        "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10,cluster_size=" + cluster,
        9 * MIB + 512);
    qemuConverts(plain, qcow2LuksOptions(qcow2));
    Path clear = directory.resolve("clear.raw");
    copy(qcow2, TestDisk.key(), clear, ContainerFormat.RAW, DiskKey.NONE);
    assertThat(clear).hasSameBinaryContentAs(plain);
  }

  /** QEMU's own benchmark of PBKDF2 fails at random on virtual machines, so it may try again. */
  private void qemuCreates(String format, Path image, String options, long size)
      throws IOException {
    String secret = secretObject(TestDisk.keyFile(directory));
    for (int attempt = 0; attempt < 20; attempt++) {
      Tools.Outcome outcome =
          Tools.tryRun(
              "qemu-img",
              "create",
              "-q",
              "--object",
              secret,
              "-f",
              format,
              "-o",
              options,
              image,
              size);
      if (outcome.exitCode() == 0) {
        return;
      }
      assertThat(outcome.output()).contains("accurate CPU usage");
      Files.deleteIfExists(image);
    }
    org.junit.jupiter.api.Assumptions.abort("skipped: qemu-img cannot benchmark PBKDF2 here");
  }

  private void qemuConverts(Path plain, String target) throws IOException {
    String secret = secretObject(TestDisk.keyFile(directory));
    Tools.run(
        "qemu-img",
        "convert",
        "-n",
        "--object",
        secret,
        "--image-opts",
        "--target-image-opts",
        "driver=raw,file.filename=" + plain,
        target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha1", "sha256", "sha512"})
  void readsLuks1ThatCryptsetupMade(String hash) throws IOException {
    Tools.require("cryptsetup");
    Path image = TestDisk.full(directory.resolve("disk.luks"), 4 * MIB, 3);
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
        hash,
        "--pbkdf-force-iterations",
        1000,
        "--key-file",
        TestDisk.keyFile(directory),
        image);
    try (var passphrase = TestDisk.secret(TestDisk.KEY_TEXT)) {
      engine.verifyOpens(image, passphrase);
    }
    VerifyResult result =
        engine.verify(
            new SourceImage(image, TestDisk.key()), ProgressListener.SILENT, new CancelToken());
    assertThat(result.bytes()).isEqualTo(2 * MIB);
  }

  @Test
  void cryptsetupOpensWhatIsWrittenHereAndDescribesIt() throws IOException {
    Tools.require("cryptsetup");
    Path plain = TestDisk.full(directory.resolve("plain.raw"), 300 * KIB, 4);
    Path luks = directory.resolve("disk.luks");
    copy(plain, DiskKey.NONE, luks, ContainerFormat.RAW, TestDisk.key());
    assertThat(Tools.run("cryptsetup", "luksDump", luks))
        .contains("Version:       \t1", "xts-plain64", "sha256", "Key Slot 0: ENABLED");
    Path keyFile = TestDisk.keyFile(directory);
    Tools.run("cryptsetup", "open", "--test-passphrase", "--key-file", keyFile, luks);
  }

  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void readsCompressedFragmentedAndBackedQcow2(ContainerFormat target) throws IOException {
    Tools.require("qemu-io");
    Path plain = TestDisk.sparse(directory.resolve("plain.raw"), 20 * MIB, 40, 5);
    Path base = directory.resolve("base.qcow2");
    Tools.run("qemu-img", "convert", "-f", "raw", "-c", "-O", "qcow2", plain, base);
    Path top = directory.resolve("top.qcow2");
    Tools.run(
        "qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", top, "24M");
    for (String write :
        new String[] {
          "write -P 1 19M 300k", "write -P 2 1M 4k", "write -z 3M 1M", "write -P 3 64k 512"
        }) {
      Tools.run("qemu-io", "-f", "qcow2", "-c", write, top);
    }
    Path expected = directory.resolve("expected.raw");
    Tools.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", top, expected);
    Path encrypted = directory.resolve("encrypted");
    copy(top, DiskKey.NONE, encrypted, target, TestDisk.key());
    qemuFindsTheSame(expected, encrypted, target, TestDisk.key());
  }

  /** An L2 entry of these tells 32 subclusters apart, here over a backing file. */
  @ParameterizedTest
  @ValueSource(strings = {"16k", "128k", "2M"})
  void readsQcow2WithExtendedL2Entries(String cluster) throws IOException {
    Tools.require("qemu-io");
    TestDisk.full(directory.resolve("base.raw"), 9 * MIB + 512, 6);
    Path top = directory.resolve("top.qcow2");
    String options = "extended_l2=on,cluster_size=" + cluster;
    Tools.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-o",
        options,
        "-F",
        "raw",
        "-b",
        "base.raw",
        top,
        "12M");
    Tools.run(
        "qemu-io",
        "-c",
        "write -P 1 1M 4k",
        "-c",
        "write -P 2 3000k 700k",
        "-c",
        "write -z 5M 64k",
        "-c",
        "write -P 3 5130k 512",
        "-c",
        "discard 3100k 64k",
        "-c",
        "write -P 4 11M 513k",
        top);
    Path expected = directory.resolve("expected.raw");
    Tools.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", top, expected);
    Path encrypted = directory.resolve("encrypted");
    copy(top, DiskKey.NONE, encrypted, ContainerFormat.QCOW2, TestDisk.key());
    qemuFindsTheSame(expected, encrypted, ContainerFormat.QCOW2, TestDisk.key());
    Path clear = directory.resolve("clear.raw");
    copy(top, DiskKey.NONE, clear, ContainerFormat.RAW, DiskKey.NONE);
    assertThat(clear).hasSameBinaryContentAs(expected);
  }

  @Test
  void readsQcow2Version2AndARawBackingFile() throws IOException {
    TestDisk.full(directory.resolve("base.raw"), 3 * MIB + 512, 6);
    Path top = directory.resolve("top.qcow2");
    Tools.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-o",
        "compat=0.10",
        "-F",
        "raw",
        "-b",
        "base.raw",
        top,
        "5M");
    Path expected = directory.resolve("expected.raw");
    Tools.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", top, expected);
    Path clear = directory.resolve("clear.raw");
    copy(top, DiskKey.NONE, clear, ContainerFormat.RAW, DiskKey.NONE);
    assertThat(clear).hasSameBinaryContentAs(expected);
  }
}
