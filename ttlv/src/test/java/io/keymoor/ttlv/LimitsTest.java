package io.keymoor.ttlv;

import static io.keymoor.ttlv.BinaryVectorsTest.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
  private static final int TAG = TestNames.STRUCTURE;

  @ParameterizedTest
  @EnumSource
  void deeperNestingThanAllowedIsRefused(Encoding encoding) {
    Limits limits = new Limits(1 << 16, 5, 100, 1 << 16);
    assertThat(read(encoding, write(encoding, nested(5)), limits)).isEqualTo(nested(5));
    assertTooLarge(encoding, write(encoding, nested(6)), limits);
  }

  @ParameterizedTest
  @EnumSource
  void moreItemsThanAllowedAreRefused(Encoding encoding) {
    Limits limits = new Limits(1 << 16, 5, 10, 1 << 16);
    assertThat(read(encoding, write(encoding, wide(9)), limits)).isEqualTo(wide(9));
    assertTooLarge(encoding, write(encoding, wide(10)), limits);
  }

  @ParameterizedTest
  @EnumSource
  void aLongerValueThanAllowedIsRefused(Encoding encoding) {
    Limits limits = new Limits(1 << 16, 5, 10, 64);
    assertTooLarge(
        encoding, write(encoding, new Ttlv.Text(TestNames.VALUE, "x".repeat(65))), limits);
  }

  @ParameterizedTest
  @EnumSource
  void aLongerMessageThanAllowedIsRefused(Encoding encoding) {
    byte[] frame = write(encoding, wide(100));
    assertTooLarge(encoding, frame, Limits.DEFAULT.withFrameBytes(frame.length - 1));
  }

  @Test
  void aFrameThatPromisesTooMuchIsRefusedBeforeItIsRead() {
    InputStream in =
        new SequenceInputStream(
            new ByteArrayInputStream(hex("420078 01 7FFFFFF8")),
            new ByteArrayInputStream(new byte[1]));
    assertThatThrownBy(() -> Frames.read(in, Limits.DEFAULT))
        .isInstanceOfSatisfying(
            MalformedTtlv.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(MalformedTtlv.Reason.TOO_LARGE));
    assertThat(in).as("what stands behind the header").hasBinaryContent(new byte[1]);
  }

  @Test
  void framesAreCutOutOfAStream() throws IOException {
    byte[] one = write(Encoding.BINARY, wide(1000));
    byte[] two = write(Encoding.BINARY, wide(1));
    byte[] stream = new byte[one.length + two.length];
    System.arraycopy(one, 0, stream, 0, one.length);
    System.arraycopy(two, 0, stream, one.length, two.length);
    InputStream in = new ByteArrayInputStream(stream);
    assertThat(Frames.read(in, Limits.DEFAULT))
        .hasValueSatisfying(f -> assertThat(f).isEqualTo(one));
    assertThat(Frames.read(in, Limits.DEFAULT))
        .hasValueSatisfying(f -> assertThat(f).isEqualTo(two));
    assertThat(Frames.read(in, Limits.DEFAULT)).isEmpty();
  }

  @Test
  void aStreamThatEndsInsideAFrameIsAnError() {
    assertThatThrownBy(() -> frame("420078 01 00000010 420020")).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> frame("420078 01")).isInstanceOf(EOFException.class);
  }

  @Test
  void otherProtocolsAreRecognisedByTheirFirstBytes() {
    assertThatThrownBy(() -> frame("474554202F204854")).isInstanceOf(MalformedTtlv.class);
    assertThatThrownBy(() -> frame("160301020001FFFF")).isInstanceOf(MalformedTtlv.class);
  }

  private static void frame(String hex) throws IOException {
    Frames.read(new ByteArrayInputStream(hex(hex)), Limits.DEFAULT);
  }

  private static void assertTooLarge(Encoding encoding, byte[] frame, Limits limits) {
    assertThatThrownBy(() -> read(encoding, frame, limits))
        .isInstanceOfSatisfying(
            MalformedTtlv.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(MalformedTtlv.Reason.TOO_LARGE));
  }

  private static Ttlv nested(int depth) {
    Ttlv item = new Ttlv.Structure(TAG, List.of());
    for (int i = 1; i < depth; i++) {
      item = new Ttlv.Structure(TAG, List.of(item));
    }
    return item;
  }

  private static Ttlv wide(int children) {
    List<Ttlv> items = new ArrayList<>();
    for (int i = 0; i < children; i++) {
      items.add(new Ttlv.Int(TestNames.VALUE, i));
    }
    return new Ttlv.Structure(TAG, items);
  }

  private static Ttlv read(Encoding encoding, byte[] frame, Limits limits) {
    return Ttlv.read(encoding.reader(frame, new TestNames(), limits));
  }

  private static byte[] write(Encoding encoding, Ttlv item) {
    try (TtlvWriter out = encoding.writer(new TestNames())) {
      item.write(out);
      return out.toByteArray();
    }
  }
}
