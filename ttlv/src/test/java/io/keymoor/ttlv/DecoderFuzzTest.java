package io.keymoor.ttlv;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Any bytes are either a message that means the same after being written and read again, or a
 * {@link MalformedTtlv}. The kept corpus is replayed by every build; {@code JAZZER_FUZZ=1} looks
 * for more.
 */
class DecoderFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void anyBytesAreReadOrRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Encoding encoding =
        switch (input[0] & 3) {
          case 1 -> Encoding.XML;
          case 2 -> Encoding.JSON;
          default -> Encoding.BINARY;
        };
    byte[] frame = Arrays.copyOfRange(input, 1, input.length);
    Ttlv item;
    try {
      item = Ttlv.read(encoding.reader(frame, new TestNames(), Limits.DEFAULT));
    } catch (MalformedTtlv refusal) {
      return;
    }
    try (TtlvWriter out = encoding.writer(new TestNames())) {
      item.write(out);
      assertThat(
              Ttlv.read(
                  encoding.reader(
                      out.toByteArray(), new TestNames(), Limits.DEFAULT.withFrameBytes(1 << 24))))
          .isEqualTo(item);
    }
  }
}
