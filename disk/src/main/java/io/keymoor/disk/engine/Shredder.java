package io.keymoor.disk.engine;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Destroys old images. An encrypted one is gone with its header; one in clear has to be overwritten
 * whole. Both are refused while anybody uses the image.
 */
public final class Shredder {
  private static final int CHUNK = 1024 * 1024;

  private final SecureRandom random;
  private final Links links;

  /** What is to be done where a path is a link. */
  public enum Links {
    /** Its target is meant, as on a command line. */
    FOLLOW,
    /** Somebody put it there to have its target destroyed: both stay. */
    REFUSE
  }

  /** One that follows links. */
  public Shredder(SecureRandom random) {
    this(random, Links.FOLLOW);
  }

  public Shredder(SecureRandom random, Links links) {
    this.random = random;
    this.links = links;
  }

  private ImageFile open(Path path) {
    return switch (links) {
      case FOLLOW -> ImageFile.openToChange(path);
      case REFUSE -> ImageFile.openToChangeUnlinked(path);
    };
  }

  /**
   * Overwrites header and key material of an encrypted image with random bytes. No key opens it
   * afterwards, not even a former one; a backup of the header would.
   */
  public ShredResult destroyHeader(Path path) {
    try (ImageFile file = open(path)) {
      return switch (Detected.in(file, SourceFormat.DETECT)) {
        case Detected.Plain plain -> throw new NotEncrypted(file.name());
        case Detected.Luks1 luks -> overwrite(file, 0, luks.header().payloadOffset());
        case Detected.Luks2 luks -> overwrite(file, 0, luks.header().payload().offset());
        case Detected.Qcow2 qcow2 -> destroy(file, qcow2.header());
      };
    }
  }

  private ShredResult destroy(ImageFile file, Qcow2Header header) {
    return switch (header.encryption()) {
      case NONE -> throw new NotEncrypted(file.name());
      case LEGACY_AES ->
          throw new UnsupportedImage(
              file.name(), "its old AES encryption has no header to destroy; overwrite it whole");
      case LUKS -> overwrite(file, header.cryptOffset(), header.cryptLength());
    };
  }

  private ShredResult overwrite(ImageFile file, long offset, long length) {
    byte[] noise = new byte[CHUNK];
    for (long done = 0; done < length; done += CHUNK) {
      random.nextBytes(noise);
      file.write(offset + done, noise, 0, (int) Math.min(CHUNK, length - done));
    }
    file.sync();
    return new ShredResult(length, remainsOf(file.path()));
  }

  /**
   * Overwrites every byte of the file that is not zero already, syncs, and removes it. Links to it
   * are removed when {@code path} is one.
   */
  public ShredResult overwriteAndRemove(Path path, ProgressListener listener, CancelToken cancel) {
    Path real = links == Links.FOLLOW ? realPathOf(path) : path;
    long overwritten;
    List<String> remains;
    try (ImageFile file = open(real)) {
      remains = remainsOf(real);
      overwritten = zero(file, new Pace(listener, cancel, file.length()));
      file.sync();
    }
    try {
      Files.delete(real);
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(
          path.toString(), "it is overwritten, but could not be removed", e);
    }
    FileCare.syncDirectoryOf(real);
    return new ShredResult(overwritten, remains);
  }

  private static Path realPathOf(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new DiskException.DiskMissing(path.toString());
    }
  }

  /** Reads first: zeros, and so holes, need no writing and would only take up space. */
  private static long zero(ImageFile file, Pace pace) {
    byte[] zeros = new byte[CHUNK];
    byte[] present = new byte[CHUNK];
    long overwritten = 0;
    for (long at = 0; at < file.length(); at += CHUNK) {
      pace.stopIfCancelled();
      int length = (int) Math.min(CHUNK, file.length() - at);
      file.read(at, present, 0, length);
      if (!Granules.isZero(present, 0, length)) {
        file.write(at, zeros, 0, length);
        overwritten += length;
      }
      pace.advance(length);
    }
    pace.complete();
    return overwritten;
  }

  /** Where the file system may keep what was in a file before, one sentence each. */
  public static List<String> remainsOf(Path path) {
    List<String> remains = new ArrayList<>();
    try {
      String type = Files.getFileStore(path).type();
      switch (type) {
        case "btrfs", "zfs", "bcachefs", "nilfs2", "f2fs" ->
            remains.add(
                "The file system is "
                    + type
                    + ", which writes to new places: the old blocks stay until they are reused,"
                    + " and in its snapshots for as long as those live.");
        case "xfs", "ocfs2", "overlay" ->
            remains.add(
                "The file system is "
                    + type
                    + ", where files may share blocks: clones of this file keep its contents.");
        case "nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse" ->
            remains.add(
                "The file system is " + type + ": what its server keeps cannot be seen from here.");
        default -> {}
      }
      if ((int) Files.getAttribute(path, "unix:nlink") > 1) {
        remains.add("The file has further names (hard links), which stay.");
      }
    } catch (IOException | UnsupportedOperationException e) {
      remains.add("The file system could not be identified.");
    }
    return remains;
  }
}
