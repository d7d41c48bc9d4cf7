package io.keymoor.crypto.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a sealed stream:
 *
 * <pre>
 *   8      "KMSEALED"
 *   1      version, 1
 *   1      number of envelopes, 1 to 4
 *          each: 1 kind, 2 length of the body, the body ({@link Envelope})
 *   1      length of the label, 1 to 64
 *          the label in ASCII: what the clear bytes are
 *          chunks of 65,536 clear bytes, each followed by its tag of 16; the last has as many as are
 *          left, none only when there are none at all ({@link Chunks})
 * </pre>
 *
 * <p>Guarantee: nothing clear reaches the stream below; without {@link #finish} the result has no
 * end and every reader says so, so that a writer that failed leaves nothing that looks whole. Clear
 * bytes are held for one chunk and zeroed. Not thread-safe.
 */
public final class SealedStreamWriter extends OutputStream {
  static final byte[] MAGIC = "KMSEALED".getBytes(US_ASCII);
  static final int VERSION = 1;
  static final int MOST_ENVELOPES = 4;
  static final int LONGEST_LABEL = 64;
  static final int FILE_KEY_BYTES = 32;

  private final OutputStream out;
  private final Chunks chunks;
  private final byte[] clear = new byte[Chunks.CLEAR_BYTES];
  private int filled;
  private boolean finished;

  /**
   * Writes the header.
   *
   * @param out where to; closed by {@link #close}
   * @param label what the clear bytes are, ASCII
   */
  public SealedStreamWriter(
      OutputStream out, String label, List<Recipient> recipients, SecureRandom random)
      throws IOException {
    byte[] name = label.getBytes(UTF_8);
    if (recipients.isEmpty()
        || recipients.size() > MOST_ENVELOPES
        || name.length == 0
        || name.length > LONGEST_LABEL) {
      throw new IllegalArgumentException("a sealed stream has 1 to 4 recipients and a short label");
    }
    this.out = out;
    try (SecretBytes fileKey = SecretBytes.random(FILE_KEY_BYTES, random)) {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(header);
      data.write(MAGIC);
      data.writeByte(VERSION);
      data.writeByte(recipients.size());
      for (Recipient recipient : recipients) {
        Envelope envelope = Envelope.of(recipient, fileKey, random);
        data.writeByte(envelope.kind());
        data.writeShort(envelope.body().length);
        data.write(envelope.body());
      }
      data.writeByte(name.length);
      data.write(name);
      out.write(header.toByteArray());
      chunks = new Chunks(fileKey, header.toByteArray());
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (finished) {
      throw new IOException("this stream has its end");
    }
    int at = from;
    int left = length;
    while (left > 0) {
      if (filled == clear.length) {
        put(false);
      }
      int part = Math.min(left, clear.length - filled);
      System.arraycopy(bytes, at, clear, filled, part);
      filled += part;
      at += part;
      left -= part;
    }
  }

  private void put(boolean last) throws IOException {
    out.write(chunks.seal(clear, filled, last));
    Arrays.fill(clear, (byte) 0);
    filled = 0;
  }

  /** Everything was written: gives the stream its end. */
  public void finish() throws IOException {
    if (!finished) {
      finished = true;
      put(true);
      out.flush();
    }
  }

  /** Closes the stream below; what was not finished stays without end. */
  @Override
  public void close() throws IOException {
    Arrays.fill(clear, (byte) 0);
    out.close();
  }
}
