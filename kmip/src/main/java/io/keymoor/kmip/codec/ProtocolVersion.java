package io.keymoor.kmip.codec;

import java.util.List;

/** A version of KMIP; others than the known ones may stand in a message. */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {
  public static final ProtocolVersion V1_0 = new ProtocolVersion(1, 0);
  public static final ProtocolVersion V1_1 = new ProtocolVersion(1, 1);
  public static final ProtocolVersion V1_2 = new ProtocolVersion(1, 2);
  public static final ProtocolVersion V1_3 = new ProtocolVersion(1, 3);
  public static final ProtocolVersion V1_4 = new ProtocolVersion(1, 4);
  public static final ProtocolVersion V2_0 = new ProtocolVersion(2, 0);
  public static final ProtocolVersion V2_1 = new ProtocolVersion(2, 1);

  /** What this library speaks, the newest first. */
  public static final List<ProtocolVersion> SUPPORTED =
      List.of(V2_1, V2_0, V1_4, V1_3, V1_2, V1_1, V1_0);

  /** The known version of these numbers, without an allocation; otherwise a new one. */
  public static ProtocolVersion of(int major, int minor) {
    for (int i = 0; i < SUPPORTED.size(); i++) {
      ProtocolVersion known = SUPPORTED.get(i);
      if (known.major == major && known.minor == minor) {
        return known;
      }
    }
    return new ProtocolVersion(major, minor);
  }

  /** True for 2.0 and later: attributes are tagged structures instead of name and value. */
  public boolean isTagged() {
    return major >= 2;
  }

  public boolean isAtLeast(ProtocolVersion other) {
    return major > other.major || (major == other.major && minor >= other.minor);
  }

  @Override
  public int compareTo(ProtocolVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
