package io.keymoor.disk.inplace;

import static io.keymoor.disk.TestDisk.KIB;
import static io.keymoor.disk.TestDisk.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.disk.BadDisk;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.TestDisk;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.ContainerFormat;
import io.keymoor.disk.engine.CopyRequest;
import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.SourceImage;
import io.keymoor.disk.engine.TargetImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that cannot be read in one place: the kernel says so, and nothing is lost. */
class BadSectorTest {
  private static final int SIZE = 8 * MIB;

  private final DiskEngine copies = new DiskEngine(new SecureRandom());
  private final InPlaceEngine engine = new InPlaceEngine(new SecureRandom());

  @TempDir Path directory;
  private Path plain = Path.of("");
  private Path image = Path.of("");

  /** What the disk is. */
  enum Format {
    RAW,
    LUKS1,
    LUKS2,
    QCOW2,
    QCOW2_LUKS;

    DiskKey key() {
      return switch (this) {
        case RAW, QCOW2 -> DiskKey.NONE;
        case LUKS1, LUKS2, QCOW2_LUKS -> TestDisk.key();
      };
    }

    /** Amidst the data. */
    long badByte() {
      long data =
          switch (this) {
            case RAW, QCOW2 -> 0;
            case LUKS1, QCOW2_LUKS -> 2 * MIB;
            case LUKS2 -> 16 * MIB;
          };
      return data + 5 * MIB + 96 * KIB;
    }

    TargetImage at(Path path) {
      return switch (this) {
        case RAW, LUKS1 -> new TargetImage(path, ContainerFormat.RAW, key());
        case LUKS2 -> new TargetImage(path, ContainerFormat.RAW, key(), LuksVersion.LUKS2, 4096);
        case QCOW2, QCOW2_LUKS -> new TargetImage(path, ContainerFormat.QCOW2, key());
      };
    }
  }

  @BeforeEach
  void aDisk() throws IOException {
    plain = TestDisk.full(directory.resolve("plain.raw"), SIZE, 1);
    image = directory.resolve("image");
  }

  private void make(Format format) {
    copy(plain, DiskKey.NONE, format.at(image));
  }

  private void copy(Path from, DiskKey key, TargetImage to) {
    copies.copy(
        new CopyRequest(new SourceImage(from, key), to),
        ProgressListener.SILENT,
        new CancelToken());
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aCopySaysWhereAndLeavesNoTarget(Format format) throws IOException {
    make(format);
    byte[] before = Files.readAllBytes(image);
    Path target = directory.resolve("target");
    try (BadDisk bad = BadDisk.of(image, format.badByte())) {
      saysWhere(
          format,
          () ->
              copy(
                  bad.path(),
                  format.key(),
                  new TargetImage(target, ContainerFormat.RAW, TestDisk.otherKey())),
          "The source is untouched.");
    }
    assertThat(target).doesNotExist();
    assertThat(image).hasBinaryContent(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"RAW", "LUKS2", "QCOW2"})
  void aConversionInPlaceSaysWhereAndGoesOnOnceTheSectorIsMended(Format format) throws IOException {
    make(format);
    try (BadDisk bad = BadDisk.of(image, format.badByte())) {
      saysWhere(format, () -> convert(format, bad.path()), "nothing else is lost");
    }
    assertThat(InPlaceEngine.isUnfinished(image)).isTrue();
    convert(format, image);
    holdsTheSame(TestDisk.otherKey());
  }

  @ParameterizedTest
  @EnumSource(names = {"LUKS1", "QCOW2_LUKS"})
  void aConversionInPlaceIsRolledBackThoughTheSectorStaysBad(Format format) throws IOException {
    make(format);
    try (BadDisk bad = BadDisk.of(image, format.badByte())) {
      saysWhere(format, () -> convert(format, bad.path()), "nothing else is lost");
      engine.rollBack(
          new InPlaceRequest(bad.path(), format.key(), TestDisk.otherKey()),
          ProgressListener.SILENT,
          new CancelToken());
    }
    holdsTheSame(format.key());
  }

  private void convert(Format format, Path path) {
    engine.convert(
        new InPlaceRequest(path, format.key(), TestDisk.otherKey()),
        ProgressListener.SILENT,
        new CancelToken());
  }

  private void holdsTheSame(DiskKey key) {
    Path clear = directory.resolve("clear.raw");
    copy(image, key, new TargetImage(clear, ContainerFormat.RAW, DiskKey.NONE));
    assertThat(clear).hasSameBinaryContentAs(plain);
  }

  /** The byte, or the page that the kernel could not read. */
  private static void saysWhere(Format format, ThrowingCallable attempt, String whatIsLeft) {
    long bad = format.badByte();
    assertThatThrownBy(attempt)
        .isInstanceOf(DiskException.DiskReadFailed.class)
        .hasMessageContaining(whatIsLeft)
        .satisfies(failure -> {
          Matcher position =
              Pattern.compile("failed at byte ([0-9]+) ").matcher(failure.getMessage());
          assertThat(position.find()).as(failure.getMessage()).isTrue();
          assertThat(Long.parseLong(position.group(1))).isBetween(bad - 128 * KIB, bad);
        });
  }
}
