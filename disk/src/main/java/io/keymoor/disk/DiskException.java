package io.keymoor.disk;

import java.io.Serial;

/**
 * What can go wrong with a disk. Each message is a sentence for the person who asked: what was
 * wrong, what was left as it was, what to do. None carries key bytes.
 */
public abstract sealed class DiskException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String code;

  private DiskException(String code, String message) {
    super(message);
    this.code = code;
  }

  private DiskException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What went wrong, as a name for programs that never changes. */
  public final String code() {
    return code;
  }

  /** There is no such file. */
  public static final class DiskMissing extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public DiskMissing(String name) {
      super(
          "disk_missing",
          "There is no disk image " + name + ". Check the path; nothing was changed.");
    }
  }

  /** The file is there and is no disk. */
  public static final class NotADisk extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public NotADisk(String name, String reason) {
      super("disk_not_a_disk", name + " is not a disk image: " + reason + ". Nothing was changed.");
    }
  }

  /** The file is there and has no bytes. */
  public static final class EmptyDisk extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public EmptyDisk(String name) {
      super(
          "disk_empty",
          name + " is an empty file and so no disk image. Check the path; nothing was changed.");
    }
  }

  /** A disk in clear was expected, or a key is needed. */
  public static final class AlreadyEncrypted extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public AlreadyEncrypted(String name) {
      super(
          "disk_already_encrypted",
          name
              + " is already encrypted and no key for it was given. To encrypt it anew give its"
              + " present key; nothing was changed.");
    }
  }

  /** A key was given for a disk in clear. */
  public static final class NotEncrypted extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public NotEncrypted(String name) {
      super(
          "disk_not_encrypted",
          name + " is not encrypted, so no key opens it. Nothing was changed.");
    }
  }

  /** No keyslot opens with the key. */
  public static final class WrongKey extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public WrongKey(String name) {
      super(
          "disk_wrong_key",
          "The key does not open "
              + name
              + ": no keyslot accepts it. Give the key the disk was encrypted with; nothing was"
              + " changed.");
    }
  }

  /** Somebody holds QEMU's locks on the image. */
  public static final class DiskInUse extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public DiskInUse(String name, String by) {
      super(
          "disk_in_use",
          name + " is in use by " + by + ". Power it off first; nothing was changed.");
    }
  }

  /** The target is there already. */
  public static final class TargetExists extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public TargetExists(String name) {
      super(
          "disk_target_exists",
          name
              + " exists already and is never overwritten. Choose another path or remove it;"
              + " nothing was changed.");
    }
  }

  /** The target's file system is too full. */
  public static final class NotEnoughSpace extends DiskException {
    @Serial private static final long serialVersionUID = 1L;
    private final long neededBytes;
    private final long freeBytes;

    public NotEnoughSpace(String name, long neededBytes, long freeBytes) {
      super(
          "disk_not_enough_space",
          "Writing "
              + name
              + " needs about "
              + neededBytes
              + " bytes and its file system has "
              + freeBytes
              + " bytes free. Make room or choose another place; the source is untouched and no"
              + " target was left behind.");
      this.neededBytes = neededBytes;
      this.freeBytes = freeBytes;
    }

    public long neededBytes() {
      return neededBytes;
    }

    public long freeBytes() {
      return freeBytes;
    }
  }

  /** A sound image that uses something this module does not do. */
  public static final class UnsupportedImage extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public UnsupportedImage(String name, String feature) {
      super("disk_unsupported", name + " cannot be used: " + feature + ". Nothing was changed.");
    }
  }

  /** The image contradicts itself. */
  public static final class DamagedImage extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public DamagedImage(String name, String damage) {
      super(
          "disk_damaged",
          name
              + " is damaged: "
              + damage
              + ". Nothing was changed; restore it from a backup or repair it with qemu-img"
              + " check.");
    }
  }

  /** The system could not read. */
  public static final class DiskReadFailed extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public DiskReadFailed(String name, long position, Throwable cause) {
      super(
          "disk_read_failed",
          "Reading "
              + name
              + " failed at byte "
              + position
              + " ("
              + cause.getMessage()
              + "). The source is untouched.",
          cause);
    }

    /** Where more than the source is left to speak of. */
    public DiskReadFailed(DiskReadFailed failure, String whatIsLeft) {
      super(
          "disk_read_failed",
          String.valueOf(failure.getMessage()).replace("The source is untouched.", whatIsLeft),
          failure);
    }
  }

  /** The system could not write, or what was written did not read back the same. */
  public static final class DiskWriteFailed extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    public DiskWriteFailed(String name, String what, Throwable cause) {
      super(
          "disk_write_failed",
          "Writing " + name + " failed: " + what + " (" + cause.getMessage() + ").",
          cause);
    }

    public DiskWriteFailed(String name, String what) {
      super("disk_write_failed", "Writing " + name + " failed: " + what + ".");
    }
  }

  /** The caller asked to stop. */
  public static final class Cancelled extends DiskException {
    @Serial private static final long serialVersionUID = 1L;

    /** Where something else is true of what was left. */
    public Cancelled(String message) {
      super("disk_cancelled", message);
    }

    public Cancelled() {
      super(
          "disk_cancelled",
          "The operation was cancelled; the source is untouched and no target was left behind.");
    }
  }
}
