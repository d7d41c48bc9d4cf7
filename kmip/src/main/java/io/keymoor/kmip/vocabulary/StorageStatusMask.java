package io.keymoor.kmip.vocabulary;

import java.util.List;

/** Bits of the Storage Status Mask (KMIP 2.1 section 12.3). */
public final class StorageStatusMask {
  public static final int ON_LINE_STORAGE = 1 << 0;
  public static final int ARCHIVAL_STORAGE = 1 << 1;
  public static final int DESTROYED_STORAGE = 1 << 2;

  /** The names of the bits, from the lowest. */
  static final List<String> NAMES = List.of("OnlineStorage", "ArchivalStorage", "DestroyedStorage");

  private StorageStatusMask() {}
}
