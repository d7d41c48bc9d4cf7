package io.keymoor.disk.inplace;

/**
 * One change of one image where it lies, from its first write to its last. Used by one thread,
 * which lets a crew work.
 */
sealed interface Undertaking permits Conversion, Overwrite {
  /** Makes the journal and keeps everybody out; returns when the work can begin. */
  void begin();

  /** Takes up what was left by a crash. */
  Conversion.Found recover();

  /** Does what is left to do from a watermark on and makes the image what was wanted. */
  void finish(long watermark, Conversion.Crew crew);

  /** Undoes what was done up to a watermark and makes the image what it was. */
  void rollBack(long watermark, Conversion.Crew crew);

  /** The watermark when nothing was done. */
  long start();

  /** The size of the disk as the guest sees it. */
  long diskBytes();

  /** How many bytes have to be changed in all. */
  long workBytes();

  /** How many of them are changed at a watermark. */
  long doneAt(long watermark);

  /** The length of the file before. */
  long fileBefore();

  /** By how much the file grows meanwhile. */
  long roomBytes();
}
