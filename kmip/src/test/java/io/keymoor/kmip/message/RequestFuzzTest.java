package io.keymoor.kmip.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import java.util.Arrays;

/**
 * Any bytes are either a request that means the same after being written and read again, or refused
 * with one of the two exceptions a server expects. The kept corpus is replayed by every build.
 */
class RequestFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void anyBytesAreARequestOrRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Encoding encoding =
        switch (input[0] & 3) {
          case 1 -> Encoding.XML;
          case 2 -> Encoding.JSON;
          default -> Encoding.BINARY;
        };
    RequestMessage message;
    try {
      message =
          Messages.decodeRequest(
              encoding, Arrays.copyOfRange(input, 1, input.length), Limits.DEFAULT);
    } catch (MalformedTtlv | InvalidKmip refusal) {
      return;
    }
    if (message.items().stream().anyMatch(RequestItem.Malformed.class::isInstance)) {
      return;
    }
    byte[] frame;
    try {
      frame = Messages.encode(Encoding.BINARY, message);
    } catch (InvalidKmip refusal) {
      // An attribute that came with a newer version can be named by an older one, not written.
      assertThat(refusal.reason()).isEqualTo(InvalidKmip.Reason.NOT_IN_THIS_VERSION);
      return;
    }
    Limits generous = Limits.DEFAULT.withFrameBytes(1 << 24);
    assertThat(
            Messages.encode(
                Encoding.BINARY, Messages.decodeRequest(Encoding.BINARY, frame, generous)))
        .isEqualTo(frame);
  }
}
