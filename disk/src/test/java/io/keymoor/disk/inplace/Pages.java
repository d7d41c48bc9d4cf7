package io.keymoor.disk.inplace;

import java.util.Arrays;

/**
 * Bytes of any length that are copied a page at a time, when somebody writes to one: a disk is
 * looked at after hundreds of power failures, most of which differ in a few pages. Not thread-safe.
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
    made.setLength(bytes.length);
    made.write(0, bytes);
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

  /** Grows where needed. */
  void write(int position, byte[] data) {
    if (data.length > 0 && position + data.length > length) {
      setLength(position + data.length);
    }
    for (int done = 0; done < data.length; ) {
      int at = position + done;
      int part = Math.min(data.length - done, SIZE - at % SIZE);
      System.arraycopy(data, done, ownPage(at / SIZE), at % SIZE, part);
      done += part;
    }
  }

  private byte[] ownPage(int page) {
    if (!own[page]) {
      pages[page] = pages[page].clone();
      own[page] = true;
    }
    return pages[page];
  }
}
