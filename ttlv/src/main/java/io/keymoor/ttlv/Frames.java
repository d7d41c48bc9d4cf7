package io.keymoor.ttlv;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a stream of binary TTLV into messages.
 *
 * <p>The length in a message's header is checked first; and memory grows with the bytes that came,
 * not with the length that was promised, so that a thousand silent connections that promised a
 * megabyte each cost little.
 */
public final class Frames {
  private static final int HEADER = 8;
  private static final int FIRST_READ = 4096;

  private Frames() {}

  /**
   * The next message, header included; empty where the peer closed the stream between messages. The
   * array is the caller's, who zeroes it after use.
   *
   * @throws MalformedTtlv where the header is no message's, or promises more than the limits allow
   * @throws EOFException where the stream ends inside a message
   */
  public static Optional<byte[]> read(InputStream in, Limits limits) throws IOException {
    byte[] header = new byte[HEADER];
    int got = in.readNBytes(header, 0, HEADER);
    if (got == 0) {
      return Optional.empty();
    }
    if (got < HEADER) {
      throw new EOFException("the connection ended inside a message's header");
    }
    return Optional.of(body(in, header, total(header, limits)));
  }

  private static int total(byte[] header, Limits limits) {
    if ((header[0] & 0xff) != 0x42 || header[3] != TtlvType.STRUCTURE.code()) {
      throw new MalformedTtlv(MalformedTtlv.Reason.BAD_ENCODING, 0, "no KMIP message begins so");
    }
    long length = 0;
    for (int i = 4; i < HEADER; i++) {
      length = length << 8 | (header[i] & 0xff);
    }
    if (length + HEADER > limits.frameBytes()) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.TOO_LARGE,
          4,
          "a message of " + (length + HEADER) + " bytes; at most " + limits.frameBytes());
    }
    return (int) length + HEADER;
  }

  private static byte[] body(InputStream in, byte[] header, int total) throws IOException {
    byte[] frame = Arrays.copyOf(header, Math.min(total, FIRST_READ));
    int filled = HEADER;
    while (filled < total) {
      if (filled == frame.length) {
        byte[] small = frame;
        frame = Arrays.copyOf(small, (int) Math.min(total, small.length * 4L));
        Arrays.fill(small, (byte) 0);
      }
      int count = in.read(frame, filled, frame.length - filled);
      if (count < 0) {
        Arrays.fill(frame, (byte) 0);
        throw new EOFException("the connection ended inside a message");
      }
      filled += count;
    }
    return frame;
  }
}
