package io.keymoor.disk;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Bytes of any length in pages, which are shared as long as nobody writes to a part of one: a disk
 * is looked at after thousands of power failures, most of which differ in a few pages. Not
 * thread-safe; what is shared is never changed.
 */
final class Pages {
  private static final int SIZE = 64 * 1024;
  private static final byte[] ZEROS = new byte[SIZE];

  private byte[][] pages;

  /** Which of them nobody else has. */
  private boolean[] own;

  private int length;

  private Pages(byte[][] pages, int length) {
    this.pages = pages;
    this.own = new boolean[pages.length];
    this.length = length;
  }

  static Pages of(byte[] bytes) {
    Pages made = new Pages(new byte[0][], 0);
    made.put(new Cut(0, bytes, 0, bytes.length), 0, bytes.length);
    return made;
  }

  /** The same bytes; what is written to either is not seen in the other. */
  Pages copy() {
    Arrays.fill(own, false);
    return new Pages(pages.clone(), length);
  }

  int length() {
    return length;
  }

  /** Bytes to be written, copied once and cut where pages begin. */
  record Cut(int position, int size, List<byte[]> pieces) {
    Cut(int position, byte[] from, int offset, int count) {
      this(position, count, cut(position, from, offset, count));
    }

    private static List<byte[]> cut(int position, byte[] from, int offset, int count) {
      int first = position / SIZE;
      int pieces = count == 0 ? 0 : (position + count - 1) / SIZE - first + 1;
      return IntStream.range(first, first + pieces)
          .mapToObj(page -> {
            int start = Math.max(page * SIZE, position);
            int end = Math.min((page + 1) * SIZE, position + count);
            return Arrays.copyOfRange(from, offset + start - position, offset + end - position);
          })
          .toList();
    }
  }

  /** Writes the bytes of {@code cut} from one of them up to another; grows where needed. */
  void put(Cut cut, int from, int to) {
    if (to > from && cut.position() + to > length) {
      setLength(cut.position() + to);
    }
    int at = 0;
    for (byte[] piece : cut.pieces()) {
      int start = Math.max(from, at);
      int end = Math.min(to, at + piece.length);
      if (end - start == SIZE) {
        int page = (cut.position() + start) / SIZE;
        pages[page] = piece;
        own[page] = false;
      } else if (end > start) {
        int position = cut.position() + start;
        System.arraycopy(piece, start - at, ownPage(position / SIZE), position % SIZE, end - start);
      }
      at += piece.length;
    }
  }

  /** What is new reads as zeros, also where something was before it was cut off. */
  void setLength(int newLength) {
    int count = (newLength + SIZE - 1) / SIZE;
    int had = pages.length;
    if (newLength < length && newLength % SIZE != 0) {
      Arrays.fill(ownPage(newLength / SIZE), newLength % SIZE, SIZE, (byte) 0);
    }
    pages = Arrays.copyOf(pages, count);
    own = Arrays.copyOf(own, count);
    for (int page = had; page < count; page++) {
      pages[page] = ZEROS;
    }
    length = newLength;
  }

  /** Within the length. */
  void read(int position, byte[] into, int offset, int count) {
    for (int done = 0; done < count; ) {
      int at = position + done;
      int part = Math.min(count - done, SIZE - at % SIZE);
      System.arraycopy(pages[at / SIZE], at % SIZE, into, offset + done, part);
      done += part;
    }
  }

  /** Whether all bytes are the same, and as many; the end of the last page is zeros in both. */
  boolean isSame(Pages other) {
    return length == other.length && Arrays.equals(pages, other.pages, Arrays::compare);
  }

  private byte[] ownPage(int page) {
    if (!own[page]) {
      pages[page] = pages[page].clone();
      own[page] = true;
    }
    return pages[page];
  }
}
