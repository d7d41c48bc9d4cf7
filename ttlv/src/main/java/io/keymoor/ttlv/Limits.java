package io.keymoor.ttlv;

/**
 * What a peer may make this process take memory and time for. Each is checked against the length or
 * count on the wire, before anything is allocated for it.
 *
 * @param frameBytes bytes of one whole message, header included
 * @param depth structures inside one another
 * @param items items of one message, structures included
 * @param valueBytes bytes of one value that is not a structure
 */
public record Limits(int frameBytes, int depth, int items, int valueBytes) {
  /** 1 MiB messages, 32 levels, 65,536 items, values as long as the message. */
  public static final Limits DEFAULT = new Limits(1 << 20, 32, 1 << 16, 1 << 20);

  public Limits {
    if (frameBytes < 8 || depth < 1 || items < 1 || valueBytes < 8) {
      throw new IllegalArgumentException("limits this small admit no message at all");
    }
  }

  /** The same limits with another message size. */
  public Limits withFrameBytes(int bytes) {
    return new Limits(bytes, depth, items, valueBytes);
  }
}
