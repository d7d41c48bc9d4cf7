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
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.Tools;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  @BeforeEach
  void needQemu() {
    Tools.require("qemu-img");
    Tools.require("qemu-io");
    disk = directory.resolve("disk.qcow2");
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
    create(options, size);
    write(size, cluster, 24, 1);
    Path expected = clear("expected.raw");
    for (DiskKey key : List.of(TestDisk.key(), TestDisk.otherKey(), TestDisk.key())) {
      convert(key);
      qemuFindsTheSame(expected);
    }
    convert(DiskKey.NONE);
    qemuFindsTheSame(expected);
    assertThat(directory).isDirectoryNotContaining("glob:**.keymoor-inplace*");
  }

  /** What opens the disk now. */
  private DiskKey present = DiskKey.NONE;

  @Test
  void internalSnapshotsAreConvertedOnceAndStay() throws IOException {
    create("cluster_size=65536", 6 * MIB);
    write(6 * MIB, 64 * KIB, 20, 1);
    Tools.run("qemu-img", "snapshot", "-c", "first", disk);
    write(6 * MIB, 64 * KIB, 20, 2);
    Tools.run("qemu-img", "snapshot", "-c", "second", disk);
    write(6 * MIB, 64 * KIB, 20, 3);
    List<Path> expected =
        List.of(clear("now.raw"), clear("first.raw", "first"), clear("second.raw", "second"));
    for (DiskKey key : List.of(TestDisk.key(), TestDisk.otherKey(), DiskKey.NONE)) {
      convert(key);
      qemuFindsTheSame(expected.getFirst());
      assertThat(clear("again.raw")).hasSameBinaryContentAs(expected.getFirst());
      assertThat(clear("again-1.raw", "first")).hasSameBinaryContentAs(expected.get(1));
      assertThat(clear("again-2.raw", "second")).hasSameBinaryContentAs(expected.get(2));
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
    present = TestDisk.key();
    write(3 * MIB, 4096, 30, 5);
    Path expected = clear("expected.raw");
    convert(TestDisk.otherKey());
    qemuFindsTheSame(expected);
    convert(DiskKey.NONE);
    qemuFindsTheSame(expected);
  }

  @Test
  void anUnfinishedImageIsRefusedByQemuWithItsReasonAndResumed() throws IOException {
    create("cluster_size=65536", 6 * MIB);
    write(6 * MIB, 64 * KIB, 40, 1);
    Path expected = clear("expected.raw");
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
    qemuFindsTheSame(expected);
  }

  @Test
  void anUnfinishedImageIsRolledBackToTheByte() throws IOException {
    create("cluster_size=65536", 6 * MIB);
    write(6 * MIB, 64 * KIB, 40, 1);
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
    write(3 * MIB, 64 * KIB, 10, 1);
    Tools.run("qemu-img", "snapshot", "-d", "gone", disk);
    Tools.run("qemu-io", "-c", "write -z 1M 512k", disk);
    Path expected = clear("expected.raw");
    convert(TestDisk.key());
    assertThat(Files.readString(disk, ISO_8859_1).contains("written in clear")).isFalse();
    qemuFindsTheSame(expected);
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
    create("cluster_size=65536", 2 * MIB);
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
    create("cluster_size=65536", 2 * MIB);
    present = TestDisk.otherKey();
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.NotEncrypted.class);
    present = DiskKey.NONE;
    convert(TestDisk.key());
    present = DiskKey.NONE;
    assertThatThrownBy(() -> convert(TestDisk.key()))
        .isInstanceOf(DiskException.AlreadyEncrypted.class);
    present = TestDisk.otherKey();
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
    create("cluster_size=65536" + (preallocated ? ",preallocation=metadata" : ""), 4 * MIB);
    Tools.run("qemu-img", "bitmap", "--add", disk, "since");
    write(4 * MIB, 64 * KIB, 10, 1);
    Path expected = clear("expected.raw");
    convert(TestDisk.key());
    qemuFindsTheSame(expected);
    assertThat(
            Tools.run(
                "qemu-img",
                "info",
                "--object",
                TestDisk.secretObject(keyFile()),
                "--image-opts",
                options()))
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
    create("cluster_size=65536", 40 * MIB);
    write(4 * MIB, 64 * KIB, 40, 1);
    try (ImageFile image = ImageFile.openToChange(disk)) {
      Work work =
          new Work(
              new InPlaceRequest(disk, DiskKey.NONE, TestDisk.key()),
              new SecureRandom(),
              new SidecarNote(disk),
              (all, done, shift) -> shift.accept(Conversion.Crew.NOBODY));
      FailingStorage failing =
          converted ? FailingStorage.atCut(image) : FailingStorage.atWrite(image, 0);
      assertThatThrownBy(() -> work.start(failing, SourceFormat.DETECT, planned -> {}))
          .isInstanceOf(DiskException.DiskWriteFailed.class);
    }
    present = converted ? TestDisk.key() : DiskKey.NONE;
    write(40 * MIB, 64 * KIB, writes, 2);
    Path expected = clear("expected.raw");
    present = DiskKey.NONE;
    if (converted && writes == 80) {
      assertThatThrownBy(() -> convert(TestDisk.key()))
          .as("the journal is gone")
          .isInstanceOf(DiskException.AlreadyEncrypted.class);
      present = TestDisk.key();
    } else {
      convert(TestDisk.key());
    }
    qemuFindsTheSame(expected);
    convert(DiskKey.NONE);
    qemuFindsTheSame(expected);
  }

  private InPlaceResult convert(DiskKey wanted) {
    InPlaceResult result =
        engine.convert(
            new InPlaceRequest(disk, present, wanted), ProgressListener.SILENT, new CancelToken());
    present = wanted;
    return result;
  }

  private void create(String options, long size) {
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, disk, size);
  }

  /** So many runs of random bytes, at random places, in one QEMU. */
  private void write(long size, int cluster, int runs, long seed) throws IOException {
    Random random = new Random(seed);
    Path noise = TestDisk.full(directory.resolve("noise"), 256 * KIB, seed);
    List<Object> command = new ArrayList<>(List.of("qemu-io"));
    command.addAll(List.of("--object", TestDisk.secretObject(keyFile())));
    for (int i = 0; i < runs; i++) {
      long length = Math.min(size, 512L * (1 + random.nextInt(256)));
      long at = random.nextLong((size - length) / 512 + 1) * 512;
      command.add("-c");
      command.add(
          i % 5 == 4
              ? "write -z " + at + " " + length
              : "write -s " + noise + " " + at + " " + length);
      if (i % 7 == 6) {
        long start = at / cluster * cluster;
        command.add("-c");
        command.add("discard " + start + " " + Math.min(cluster, size - start));
      }
    }
    command.addAll(List.of("--image-opts", options()));
    assertThat(Tools.run(command.toArray())).doesNotContain("failed").doesNotContain("error");
  }

  private Path keyFile() throws IOException {
    String text =
        present.equals(DiskKey.NONE) || isFirst() ? TestDisk.KEY_TEXT : TestDisk.OTHER_KEY_TEXT;
    return Files.writeString(directory.resolve("key-" + text.charAt(0)), text);
  }

  private boolean isFirst() {
    return present instanceof DiskKey.RandomSecret random
        && isText(random.secret(), TestDisk.KEY_TEXT);
  }

  private static boolean isText(SecretBytes secret, String text) {
    try (SecretBytes other = TestDisk.secret(text)) {
      return secret.equals(other);
    }
  }

  private String options() {
    return present instanceof DiskKey.None
        ? "driver=qcow2,file.filename=" + disk
        : TestDisk.qcow2LuksOptions(disk);
  }

  /** Its contents as QEMU reads them. */
  private Path clear(String name, String... snapshot) throws IOException {
    Path raw = directory.resolve(name);
    Files.deleteIfExists(raw);
    List<Object> command =
        new ArrayList<>(
            List.of("qemu-img", "convert", "--object", TestDisk.secretObject(keyFile())));
    if (snapshot.length > 0) {
      command.addAll(List.of("-l", snapshot[0]));
    }
    command.addAll(List.of("--image-opts", "-O", "raw", options(), raw));
    Tools.run(command.toArray());
    return raw;
  }

  private void qemuFindsTheSame(Path expected) throws IOException {
    String secret = TestDisk.secretObject(keyFile());
    String check = Tools.run("qemu-img", "check", "--object", secret, "--image-opts", options());
    assertThat(check).contains("No errors were found on the image.").doesNotContain("Leaked");
    Tools.run(
        "qemu-img",
        "compare",
        "--object",
        secret,
        "--image-opts",
        "driver=raw,file.filename=" + expected,
        options());
  }

  private void stopHalfWay(DiskKey wanted) {
    CancelToken stop = new CancelToken();
    Laziest background = new Laziest();
    Work work =
        new Work(
            new InPlaceRequest(disk, present, wanted),
            new SecureRandom(),
            new SidecarNote(disk),
            (all, done, shift) ->
                shift.accept(
                    new Conversion.Crew(
                        new Pace(ProgressListener.SILENT, stop, all),
                        new Passage.Workers(Runnable::run, 1),
                        new CancelSecond(background, stop))));
    try (ImageFile image = ImageFile.openToChange(disk)) {
      assertThatThrownBy(() -> work.start(image, SourceFormat.DETECT, planned -> {}))
          .isInstanceOf(DiskException.Cancelled.class);
    }
  }

  /** Cancels when some strides were overwritten. */
  private static final class CancelSecond implements Background {
    private final Background inner;
    private final CancelToken stop;
    private int submitted;

    CancelSecond(Background inner, CancelToken stop) {
      this.inner = inner;
      this.stop = stop;
    }

    @Override
    public void submit(Runnable task) {
      inner.submit(task);
      submitted++;
      if (submitted == 4) {
        stop.cancel();
      }
    }

    @Override
    public void awaitAtMost(int outstanding) {
      inner.awaitAtMost(outstanding);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
