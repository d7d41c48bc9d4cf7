package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.secret.SecretBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversions of qcow2 images that QEMU made, with QEMU as the judge. */
@Execution(ExecutionMode.CONCURRENT)
class Qcow2InPlaceTest {
  private final InPlaceEngine engine = new InPlaceEngine(new SecureRandom());

  @TempDir Path directory;
  private Path disk = Path.of("");
  private QemuDisk qemu = new QemuDisk(disk);

  @BeforeEach
  void needQemu() {
    Tools.require("qemu-img");
    Tools.require("qemu-io");
    disk = directory.resolve("disk.qcow2");
    qemu = new QemuDisk(disk);
  }

  @ParameterizedTest
  @CsvSource({
    "65536, 9437696, cluster_size=65536",
    "2097152, 9437696, cluster_size=2M",
    "4096, 5243392, cluster_size=4096",
    "512, 1049088, cluster_size=512",
    "65536, 9437696, compat=0.10",
    "65536, 9437696, refcount_bits=1",
    "65536, 9437696, refcount_bits=64",
    "65536, 512, cluster_size=65536",
    "131072, 9437696, 'cluster_size=128k,extended_l2=on'"
  })
  void qemuFindsTheSameContentAfterEachConversionAndNoFaultInTheImage(
      int cluster, long size, String options) throws IOException {
    qemu.create(options, size);
    qemu.write(size, cluster, 24, 1);
    Path expected = qemu.clear("expected.raw");
    for (DiskKey key : List.of(TestDisk.key(), TestDisk.otherKey(), TestDisk.key())) {
      convert(key);
      qemu.findsTheSame(expected);
    }
    convert(DiskKey.NONE);
    qemu.findsTheSame(expected);
    assertThat(directory).isDirectoryNotContaining("glob:**.keymoor-inplace*");
  }

  @Test
  void internalSnapshotsAreConvertedOnceAndStay() throws IOException {
    qemu.create("cluster_size=65536", 6 * MIB);
    qemu.write(6 * MIB, 64 * KIB, 20, 1);
    Tools.run("qemu-img", "snapshot", "-c", "first", disk);
    qemu.write(6 * MIB, 64 * KIB, 20, 2);
    Tools.run("qemu-img", "snapshot", "-c", "second", disk);
    qemu.write(6 * MIB, 64 * KIB, 20, 3);
    List<Path> expected =
        List.of(
            qemu.clear("now.raw"),
            qemu.clear("first.raw", "first"),
            qemu.clear("second.raw", "second"));
    for (DiskKey key : List.of(TestDisk.key(), TestDisk.otherKey(), DiskKey.NONE)) {
      convert(key);
      qemu.findsTheSame(expected.getFirst());
      assertThat(qemu.clear("again.raw")).hasSameBinaryContentAs(expected.getFirst());
      assertThat(qemu.clear("again-1.raw", "first")).hasSameBinaryContentAs(expected.get(1));
      assertThat(qemu.clear("again-2.raw", "second")).hasSameBinaryContentAs(expected.get(2));
    }
  }

  /** QEMU encrypts by the place in the file, and its LUKS area is a little shorter than ours. */
  @Test
  void anImageThatQemuEncryptedIsReencryptedAndDecrypted() throws IOException {
    for (int attempt = 0; !Files.exists(disk); attempt++) {
      Tools.Outcome outcome =
          Tools.tryRun(
              "qemu-img",
              "create",
              "-q",
              "--object",
              TestDisk.secretObject(TestDisk.keyFile(directory)),
              "-f",
              "qcow2",
              "-o",
              "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10,cluster_size=4096",
              disk,
              3 * MIB);
      if (outcome.exitCode() != 0) {
        assertThat(outcome.output()).contains("accurate CPU usage");
        Files.deleteIfExists(disk);
        org.junit.jupiter.api.Assumptions.assumeTrue(attempt < 20, "skipped: no PBKDF2 here");
      }
    }
    qemu.opensWith(TestDisk.key());
    qemu.write(3 * MIB, 4096, 30, 5);
    Path expected = qemu.clear("expected.raw");
    convert(TestDisk.otherKey());
    qemu.findsTheSame(expected);
    convert(DiskKey.NONE);
    qemu.findsTheSame(expected);
  }

  @Test
  void anUnfinishedImageIsRefusedByQemuWithItsReasonAndResumed() throws IOException {
    qemu.create("cluster_size=65536", 6 * MIB);
    qemu.write(6 * MIB, 64 * KIB, 40, 1);
    Path expected = qemu.clear("expected.raw");
    stopHalfWay(TestDisk.key());
    assertThat(InPlaceEngine.isUnfinished(disk)).isTrue();
    for (String command : new String[] {"info", "check"}) {
      Tools.Outcome refused = Tools.tryRun("qemu-img", command, disk);
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.output()).contains("unfinished conversion in place by Keymoor");
    }
    assertThatThrownBy(() -> ImageInspector.inspect(disk))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining("its conversion in place is unfinished");
    try (SecretBytes words = TestDisk.secret("some other passphrase")) {
      assertThatThrownBy(() -> convert(new DiskKey.Passphrase(words)))
          .isInstanceOf(DiskException.WrongKey.class);
    }
    InPlaceResult result = convert(TestDisk.key());
    assertThat(result.movedBytes()).isPositive().isLessThan(6 * MIB);
    assertThat(InPlaceEngine.isUnfinished(disk)).isFalse();
    qemu.findsTheSame(expected);
  }

  @Test
  void anUnfinishedImageIsRolledBackToTheByte() throws IOException {
    qemu.create("cluster_size=65536", 6 * MIB);
    qemu.write(6 * MIB, 64 * KIB, 40, 1);
    byte[] before = Files.readAllBytes(disk);
    stopHalfWay(TestDisk.key());
    assertThat(
            engine
                .rollBack(
                    new InPlaceRequest(disk, DiskKey.NONE, TestDisk.key()),
                    ProgressListener.SILENT,
                    new CancelToken())
                .outcome())
        .isEqualTo(InPlaceResult.Outcome.ROLLED_BACK);
    assertThat(disk).hasBinaryContent(before);
  }

  @Test
  void whatTheGuestGaveBackIsNotLeftInClear() throws IOException {
    Path plain = directory.resolve("plain.raw");
    byte[] marked = new byte[3 * MIB];
    byte[] sentence = "this was written in clear ".getBytes(UTF_8);
    for (int at = 0; at + sentence.length < marked.length; at += sentence.length) {
      System.arraycopy(sentence, 0, marked, at, sentence.length);
    }
    Files.write(plain, marked);
    Tools.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", plain, disk);
    Tools.run("qemu-img", "snapshot", "-c", "gone", disk);
    qemu.write(3 * MIB, 64 * KIB, 10, 1);
    Tools.run("qemu-img", "snapshot", "-d", "gone", disk);
    Tools.run("qemu-io", "-c", "write -z 1M 512k", disk);
    Path expected = qemu.clear("expected.raw");
    convert(TestDisk.key());
    assertThat(Files.readString(disk, ISO_8859_1).contains("written in clear")).isFalse();
    qemu.findsTheSame(expected);
  }

  /** Locks of a real virtual machine, stopped before its first instruction. */
  @Test
  void theDiskOfAVmIsLeftAloneAndNoVmStartsOnADiskThatIsChanged() throws Exception {
    Tools.require("qemu-system-x86_64");
    qemu.create("cluster_size=65536", 2 * MIB);
    qemu.write(2 * MIB, 64 * KIB, 10, 1);
    byte[] before = Files.readAllBytes(disk);
    Process vm = virtualMachine();
    try (BufferedReader said = vm.inputReader(UTF_8)) {
      assertThat(said.readLine()).contains("QMP");
      assertThatThrownBy(() -> convert(TestDisk.key()))
          .isInstanceOf(DiskException.DiskInUse.class)
          .hasMessageContaining("in use by a running VM");
      assertThat(disk).hasBinaryContent(before);
    } finally {
      vm.destroy();
      assertThat(vm.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    try (ImageFile changing = ImageFile.openToChange(disk)) {
      Process refused = virtualMachine();
      assertThat(refused.waitFor(1, TimeUnit.MINUTES)).as(changing.name()).isTrue();
      assertThat(refused.exitValue()).isNotZero();
      assertThat(new String(refused.getInputStream().readAllBytes(), UTF_8)).contains("lock");
    }
    convert(TestDisk.key());
  }

  private Process virtualMachine() throws IOException {
    return new ProcessBuilder(
            "qemu-system-x86_64",
            "-machine",
            "q35,accel=tcg",
            "-nodefaults",
            "-display",
            "none",
            "-S",
            "-qmp",
            "stdio",
            "-drive",
            "if=virtio,format=qcow2,file=" + disk)
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void refusesWhatItDoesNotConvertByNameAndLeavesItAlone() throws IOException {
    Path plain = TestDisk.sparse(directory.resolve("plain.raw"), 2 * MIB, 9, 1);
    Tools.run("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", plain, disk);
    refused("it has compressed clusters, which are not encrypted; copy it");
    Files.delete(disk);
    Tools.run(
        "qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", "plain.raw", disk, "2M");
    refused("it has a backing file, which others may use");
    Files.delete(disk);
    qemu.create("cluster_size=65536", 2 * MIB);
    Tools.run("qemu-img", "snapshot", "-c", "asleep", disk);
    byte[] asleep = Files.readAllBytes(disk);
    asleep[(int) ByteBuffer.wrap(asleep).getLong(64) + 35] = 1;
    Files.write(disk, asleep);
    refused("a snapshot in it holds the memory of a VM");
    Files.delete(disk);
    qemu.create("cluster_size=65536", 2 * MIB);
    byte[] dirty = Files.readAllBytes(disk);
    dirty[79] |= 1;
    Files.write(disk, dirty);
    refused("QEMU did not close it, so its refcounts may be wrong");
    dirty[79] = 0;
    dirty[48 + 5] = 4; // the refcount table lies where the L1 table does
    Files.write(disk, dirty);
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("Nothing was changed");
    assertThat(disk).hasBinaryContent(dirty);
    Files.delete(disk);
    qemu.create("cluster_size=65536", 2 * MIB);
    qemu.opensWith(TestDisk.otherKey());
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.NotEncrypted.class);
    qemu.opensWith(DiskKey.NONE);
    convert(TestDisk.key());
    qemu.opensWith(DiskKey.NONE);
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.AlreadyEncrypted.class);
    qemu.opensWith(TestDisk.otherKey());
    assertThatThrownBy(() -> convert(DiskKey.NONE)).isInstanceOf(DiskException.WrongKey.class);
  }

  private void refused(String reason) throws IOException {
    byte[] before = Files.readAllBytes(disk);
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.UnsupportedImage.class)
        .hasMessageContaining(reason);
    assertThat(disk).hasBinaryContent(before);
  }

  /** Dirty bitmaps are QEMU's, and the content that they speak of is the same afterwards. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bitmapsOfChangesStayAndGoOn(boolean preallocated) throws IOException {
    qemu.create("cluster_size=65536" + (preallocated ? ",preallocation=metadata" : ""), 4 * MIB);
    Tools.run("qemu-img", "bitmap", "--add", disk, "since");
    qemu.write(4 * MIB, 64 * KIB, 10, 1);
    Path expected = qemu.clear("expected.raw");
    convert(TestDisk.key());
    qemu.findsTheSame(expected);
    assertThat(
            Tools.run(
                "qemu-img",
                "info",
                "--object",
                TestDisk.secretObject(qemu.keyFile()),
                "--image-opts",
                qemu.options()))
        .contains("name: since");
  }

  /**
   * The power fails when the header is there and the journal not cut off, or when the journal is
   * there and everybody can still write: a VM runs in between, whose clusters take the journal's
   * place.
   */
  @ParameterizedTest
  @CsvSource({"true, 0", "true, 80", "false, 2", "false, 80"})
  void whatAVmWroteBeforeTheJournalWasCutOffStays(boolean converted, int writes)
      throws IOException {
    qemu.create("cluster_size=65536", 40 * MIB);
    qemu.write(4 * MIB, 64 * KIB, 40, 1);
    try (ImageFile image = ImageFile.openToChange(disk)) {
      Work work =
          new Work(
              new InPlaceRequest(disk, DiskKey.NONE, TestDisk.key()),
              new SecureRandom(),
              Machine.JAVA,
              new SidecarNote(disk),
              (all, done, shift) -> shift.accept(Conversion.Crew.NOBODY));
      FailingStorage failing =
          converted ? FailingStorage.atCut(image) : FailingStorage.atWrite(image, 0);
      assertThatThrownBy(() -> work.start(failing, SourceFormat.DETECT, planned -> {}))
          .isInstanceOf(DiskException.DiskWriteFailed.class);
    }
    qemu.opensWith(converted ? TestDisk.key() : DiskKey.NONE);
    qemu.write(40 * MIB, 64 * KIB, writes, 2);
    Path expected = qemu.clear("expected.raw");
    qemu.opensWith(DiskKey.NONE);
    if (converted && writes == 80) {
      assertThatThrownBy(() -> convert(TestDisk.key()))
          .as("the journal is gone")
          .isInstanceOf(DiskException.AlreadyEncrypted.class);
      qemu.opensWith(TestDisk.key());
    } else {
      convert(TestDisk.key());
    }
    qemu.findsTheSame(expected);
    convert(DiskKey.NONE);
    qemu.findsTheSame(expected);
  }

  @Test
  void whatAVmWroteOverHalfAJournalStays() throws IOException {
    qemu.create("cluster_size=65536", 20 * MIB);
    qemu.write(2 * MIB, 64 * KIB, 10, 1);
    new SidecarNote(disk).keep(Files.size(disk));
    Files.write(disk, new byte[300_000], StandardOpenOption.APPEND);
    qemu.write(20 * MIB, 64 * KIB, 60, 2);
    Path expected = qemu.clear("expected.raw");
    convert(TestDisk.key());
    qemu.findsTheSame(expected);
    assertThat(directory).isDirectoryNotContaining("glob:**.keymoor-inplace*");
  }

  private InPlaceResult convert(DiskKey wanted) {
    InPlaceResult result =
        engine.convert(
            new InPlaceRequest(disk, qemu.key(), wanted),
            ProgressListener.SILENT,
            new CancelToken());
    qemu.opensWith(wanted);
    return result;
  }

  private void stopHalfWay(DiskKey wanted) {
    CancelToken stop = new CancelToken();
    Work work =
        new Work(
            new InPlaceRequest(disk, qemu.key(), wanted),
            new SecureRandom(),
            Machine.JAVA,
            new SidecarNote(disk),
            (all, done, shift) ->
                shift.accept(
                    new Conversion.Crew(
                        new Pace(ProgressListener.SILENT, stop, all),
                        new Passage.Workers(Runnable::run, 1),
                        new CancelAfter(4, stop))));
    try (ImageFile image = ImageFile.openToChange(disk)) {
      assertThatThrownBy(() -> work.start(image, SourceFormat.DETECT, planned -> {}))
          .isInstanceOf(DiskException.Cancelled.class);
    }
  }
}
