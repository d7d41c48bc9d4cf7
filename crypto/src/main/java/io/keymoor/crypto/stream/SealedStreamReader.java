package io.keymoor.crypto.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CryptoException;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link SealedStreamWriter} wrote.
 *
 * <p>Guarantee: every byte that comes out is the writer's, in its place; the end comes only where
 * the writer put it. Lengths are checked before anything is allocated; a header takes less than 3
 * KiB and a chunk 64 KiB, whatever the file says. Failures are {@link CryptoException}s. Not
 * thread-safe.
 */
public final class SealedStreamReader extends InputStream {
  private static final int LONGEST_ENVELOPE = 512;

  private final InputStream in;
  private final String label;
  private final Chunks chunks;
  private final byte[] sealed = new byte[Chunks.CLEAR_BYTES + Chunks.TAG_BYTES + 1];
  private int ahead;
  private byte[] clear = new byte[0];
  private int taken;
  private boolean ended;

  /**
   * Reads the header and opens it.
   *
   * @param in where from; closed by {@link #close}
   * @throws CryptoException when it is none, is damaged, or not for this opener
   */
  public SealedStreamReader(InputStream in, Opener opener) throws IOException {
    this.in = in;
    Header header = new Header(in);
    List<Envelope> envelopes = header.envelopes();
    this.label = header.label();
    try (SecretBytes fileKey = fileKey(envelopes, opener)) {
      if (fileKey.length() != SealedStreamWriter.FILE_KEY_BYTES) {
        throw new CryptoException.Damaged("The key in this file has a wrong length.");
      }
      chunks = new Chunks(fileKey, header.bytes());
    }
  }

  /** Reads the fields of a header and remembers its bytes. */
  private static final class Header {
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    Header(InputStream in) {
      this.in = in;
    }

    byte[] bytes() {
      return seen.toByteArray();
    }

    List<Envelope> envelopes() throws IOException {
      byte[] magic = in.readNBytes(SealedStreamWriter.MAGIC.length);
      if (!Arrays.equals(magic, SealedStreamWriter.MAGIC)) {
        throw new CryptoException.Foreign("This is no sealed file of Keymoor's.");
      }
      seen.writeBytes(magic);
      int version = number(1);
      if (version != SealedStreamWriter.VERSION) {
        throw new CryptoException.NewerVersion(
            "This file has version " + version + "; this software reads version 1.");
      }
      int count = number(1);
      if (count < 1 || count > SealedStreamWriter.MOST_ENVELOPES) {
        throw new CryptoException.Damaged("This file's header is damaged.");
      }
      List<Envelope> envelopes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int kind = number(1);
        int length = number(2);
        if (length > LONGEST_ENVELOPE) {
          throw new CryptoException.Damaged("This file's header is damaged.");
        }
        envelopes.add(new Envelope(kind, take(length)));
      }
      return envelopes;
    }

    String label() throws IOException {
      int length = number(1);
      if (length < 1 || length > SealedStreamWriter.LONGEST_LABEL) {
        throw new CryptoException.Damaged("This file's header is damaged.");
      }
      return new String(take(length), US_ASCII);
    }

    private int number(int bytes) throws IOException {
      int number = 0;
      for (byte one : take(bytes)) {
        number = number << 8 | (one & 0xff);
      }
      return number;
    }

    private byte[] take(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new CryptoException.Damaged("This file was cut short at its beginning.");
      }
      seen.writeBytes(bytes);
      return bytes;
    }
  }

  private static SecretBytes fileKey(List<Envelope> envelopes, Opener opener) {
    for (Envelope envelope : envelopes) {
      Optional<SecretBytes> key = envelope.open(opener);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new CryptoException.WrongKey(
        switch (opener) {
          case Opener.PrivateKey _ -> "This file was sealed to another key.";
          case Opener.Password _ -> "This file has no password.";
        });
  }

  /** What the clear bytes are, as the writer said; believed from the first byte read on. */
  public String label() {
    return label;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (taken == clear.length) {
      if (ended) {
        return -1;
      }
      next();
    }
    int part = Math.min(length, clear.length - taken);
    System.arraycopy(clear, taken, into, from, part);
    taken += part;
    return part;
  }

  /** One byte more than a chunk is read: only then is it known whether it is the last. */
  private void next() throws IOException {
    int full = sealed.length - 1;
    int have = ahead + in.readNBytes(sealed, ahead, sealed.length - ahead);
    boolean last = have <= full;
    int length = Math.min(have, full);
    if (length < Chunks.TAG_BYTES) {
      throw new CryptoException.Damaged("This file was cut short.");
    }
    Arrays.fill(clear, (byte) 0);
    clear = new byte[0];
    taken = 0;
    clear = chunks.open(sealed, length, last);
    sealed[0] = sealed[full];
    ahead = last ? 0 : 1;
    ended = last;
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(clear, (byte) 0);
    in.close();
  }
}
