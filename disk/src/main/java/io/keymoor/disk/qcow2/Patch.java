package io.keymoor.disk.qcow2;

/**
 * A change of some bytes of a file.
 *
 * @param before what is there; empty where the file ends before
 * @param after what shall be there
 */
@SuppressWarnings("ArrayRecordComponent") // made to be written, compared by nobody
public record Patch(long offset, byte[] before, byte[] after) {
  public Patch {
    if (offset < 0 || (before.length != 0 && before.length != after.length)) {
      throw new IllegalArgumentException("a patch at " + offset + " of unlike lengths");
    }
  }
}
