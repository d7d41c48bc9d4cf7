package io.keymoor.disk.engine;

import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.TestDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShredderTest {
  private final Shredder shredder = new Shredder(new SecureRandom());

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(ContainerFormat.class)
  void noKeyOpensAnImageWhoseHeaderIsDestroyed(ContainerFormat format) throws IOException {
    Path image = encrypted(format);
    byte[] before = Files.readAllBytes(image);
    ShredResult result = shredder.destroyHeader(image);
    byte[] after = Files.readAllBytes(image);
    assertThat(result.overwrittenBytes()).isEqualTo(2 * MIB);
    int header = format == ContainerFormat.RAW ? 0 : 2 * 65536;
    int material = header + 4096;
    assertThat(Arrays.equals(before, header, header + 592, after, header, header + 592)).isFalse();
    int equalBytes = 0;
    for (int i = material; i < material + 256_000; i++) {
      equalBytes += before[i] == after[i] ? 1 : 0;
    }
    assertThat(equalBytes).as("as many as chance has it").isLessThan(2000);
    assertThatThrownBy(() -> opens(image, format)).isInstanceOf(DiskException.class);
  }

  private void opens(Path image, ContainerFormat format) {
    try (var secret = TestDisk.secret(TestDisk.KEY_TEXT)) {
      new DiskEngine(new SecureRandom()).verifyOpens(image, secret);
    }
    assertThat(format).isNotNull();
  }

  @Test
  void aDiskInClearHasNoHeaderToDestroy() throws IOException {
    Path plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 1);
    byte[] before = Files.readAllBytes(plain);
    assertThatThrownBy(() -> shredder.destroyHeader(plain))
        .isInstanceOf(DiskException.NotEncrypted.class);
    assertThat(plain).hasBinaryContent(before);
  }

  @Test
  void aDiskInClearIsOverwrittenUnderAllItsNamesBeforeItIsRemoved() throws IOException {
    Path plain = TestDisk.full(directory.resolve("plain.raw"), 2 * MIB + 512, 2);
    Path hardLink = Files.createLink(directory.resolve("hard"), plain);
    Path link = Files.createSymbolicLink(directory.resolve("link"), plain);
    ShredResult result =
        shredder.overwriteAndRemove(link, ProgressListener.SILENT, new CancelToken());
    assertThat(result.overwrittenBytes()).isEqualTo(2 * MIB + 512);
    assertThat(result.remains()).anyMatch(line -> line.contains("hard links"));
    assertThat(plain).doesNotExist();
    assertThat(link).doesNotExist();
    assertThat(hardLink).hasBinaryContent(new byte[2 * MIB + 512]);
  }

  @Test
  void whereLinksAreRefusedNothingBehindOneIsDestroyed() throws IOException {
    Shredder strict = new Shredder(new SecureRandom(), Shredder.Links.REFUSE);
    Path plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 2);
    byte[] before = Files.readAllBytes(plain);
    Path link = Files.createSymbolicLink(directory.resolve("link"), plain);

    assertThatThrownBy(
            () -> strict.overwriteAndRemove(link, ProgressListener.SILENT, new CancelToken()))
        .isInstanceOf(DiskException.DiskWriteFailed.class)
        .hasMessageContaining("it is a link");
    assertThatThrownBy(() -> strict.destroyHeader(link))
        .isInstanceOf(DiskException.DiskWriteFailed.class);
    assertThat(plain).hasBinaryContent(before);
    assertThat(link).isSymbolicLink();

    strict.overwriteAndRemove(plain, ProgressListener.SILENT, new CancelToken());
    assertThat(plain).doesNotExist();
  }

  @Test
  void holesAreNotFilledToBeOverwritten() throws IOException {
    Path sparse = TestDisk.sparse(directory.resolve("sparse.raw"), 200L * MIB, 2, 3);
    ShredResult result =
        shredder.overwriteAndRemove(sparse, ProgressListener.SILENT, new CancelToken());
    assertThat(result.overwrittenBytes()).isBetween(1L, 4L * MIB);
  }

  @Test
  void nothingIsDestroyedThatIsInUse() throws IOException {
    Path image = encrypted(ContainerFormat.RAW);
    byte[] before = Files.readAllBytes(image);
    try (ImageFile reader = ImageFile.openToRead(image)) {
      assertThatThrownBy(() -> shredder.destroyHeader(image))
          .isInstanceOf(DiskException.DiskInUse.class);
      assertThatThrownBy(
              () -> shredder.overwriteAndRemove(image, ProgressListener.SILENT, new CancelToken()))
          .isInstanceOf(DiskException.DiskInUse.class);
      assertThat(reader.length()).isEqualTo(before.length);
    }
    assertThat(image).hasBinaryContent(before);
  }

  @Test
  void aCancelledOverwriteLeavesTheFileInPlace() throws IOException {
    Path plain = TestDisk.full(directory.resolve("plain.raw"), MIB, 4);
    CancelToken cancel = new CancelToken();
    cancel.cancel();
    assertThatThrownBy(() -> shredder.overwriteAndRemove(plain, ProgressListener.SILENT, cancel))
        .isInstanceOf(DiskException.Cancelled.class);
    assertThat(plain).exists();
  }

  private Path encrypted(ContainerFormat format) throws IOException {
    Path plain = TestDisk.full(directory.resolve("source.raw"), MIB, 5);
    Path image = directory.resolve("encrypted");
    new DiskEngine(new SecureRandom())
        .copy(
            new CopyRequest(
                new SourceImage(plain, DiskKey.NONE),
                new TargetImage(image, format, TestDisk.key())),
            ProgressListener.SILENT,
            new CancelToken());
    return image;
  }
}
