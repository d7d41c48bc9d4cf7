package io.keymoor.disk.engine;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.qcow2.BackingRule;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Copies disks between containers and keys, and checks them.
 *
 * <p>Guarantees of {@link #copy}: the source is read only, under locks that keep VMs from writing
 * to it meanwhile; the target appears at exactly the path asked for, readable by its owner only
 * while it grows, and a container without its header, which nothing opens, until all its data is on
 * stable storage; when {@code copy} returns, the data, the header and the directory entry are
 * durable, and the target was read back and found equal unless that was waived; when it throws, the
 * target is gone. A process killed in the middle leaves the source untouched and a partial target,
 * which for plain raw copies only its length and the missing task result tell from a whole one.
 *
 * <p>Thread-safe; every operation stands alone. Failures are {@link DiskException}s.
 */
public final class DiskEngine {
  private final TargetOpener targets;
  private final FileCare.FreeSpace freeSpace;
  private final Machine machine;

  /** An engine that takes volume keys and salts from {@code random}, with Java alone. */
  public DiskEngine(SecureRandom random) {
    this(random, Machine.JAVA);
  }

  /** An engine that takes volume keys and salts from {@code random} and uses {@code machine}. */
  public DiskEngine(SecureRandom random, Machine machine) {
    this(TargetOpener.real(random, machine), FileCare::usableSpace, machine);
  }

  DiskEngine(TargetOpener targets, FileCare.FreeSpace freeSpace, Machine machine) {
    this.targets = targets;
    this.freeSpace = freeSpace;
    this.machine = machine;
  }

  /** What it uses of the machine. */
  public Machine machine() {
    return machine;
  }

  /** Copies a disk; see the guarantees above. */
  public CopyResult copy(CopyRequest request, ProgressListener listener, CancelToken cancel) {
    long start = System.nanoTime();
    FileCare.requireNothingAt(request.target().path());
    try (BlockSource source = ImageOpener.open(request.source(), machine)) {
      long total = source.sizeBytes() * (request.verify() ? 2 : 1);
      Pace pace = new Pace(listener, cancel, total);
      pace.stopIfCancelled();
      ImageFile file = ImageFile.create(request.target().path());
      try {
        ContentDigest written = write(request, source, file, pace);
        if (request.verify()) {
          compare(request.target(), written, pace);
        }
        FileCare.dressLike(request.source().path(), request.target().path());
        FileCare.syncDirectoryOf(request.target().path());
        pace.complete();
        return new CopyResult(
            source.sizeBytes(),
            written.dataBytes(),
            lengthOf(request.target().path()),
            request.verify(),
            since(start));
      } catch (RuntimeException e) {
        removePartial(request, e);
        throw e;
      }
    }
  }

  /**
   * Makes an image of {@code sizeBytes} without data, for somebody else to fill: a block copy of a
   * running VM. What is not written to it reads as zeros in qcow2 and in clear, and as noise in raw
   * LUKS, so all of that has to be written. The image is durable when this returns; when it throws,
   * nothing was left behind.
   */
  public void prepare(TargetImage target, long sizeBytes) {
    if (sizeBytes <= 0 || sizeBytes % BlockSource.SECTOR_BYTES != 0) {
      throw new IllegalArgumentException("no disk has " + sizeBytes + " bytes");
    }
    FileCare.requireNothingAt(target.path());
    ImageFile file = ImageFile.create(target.path());
    try {
      try (BlockTarget image = targets.open(file, target, sizeBytes)) {
        requireSpace(target.path(), image.fileBytesFor(image.thin() ? 0 : sizeBytes));
        image.finish();
      }
      FileCare.syncDirectoryOf(target.path());
    } catch (RuntimeException e) {
      FileCare.remove(target.path(), e);
      throw e;
    }
  }

  /**
   * {@link #prepare(TargetImage, long)} with the owner and mode of the image that it is to replace:
   * QEMU, which has that one open, has to open it too.
   */
  public void prepare(TargetImage target, long sizeBytes, Path like) {
    prepare(target, sizeBytes);
    FileCare.dressLike(like, target.path());
  }

  /** What was decrypted so far must not stay on the disk under a VM that stays encrypted. */
  private void removePartial(CopyRequest request, RuntimeException because) {
    boolean decrypted =
        request.target().key() instanceof DiskKey.None
            && !(request.source().key() instanceof DiskKey.None);
    if (decrypted) {
      try {
        new Shredder(new SecureRandom())
            .overwriteAndRemove(
                request.target().path(), ProgressListener.SILENT, new CancelToken());
        return;
      } catch (DiskException e) {
        because.addSuppressed(e);
      }
    }
    FileCare.remove(request.target().path(), because);
  }

  private ContentDigest write(CopyRequest request, BlockSource source, ImageFile file, Pace pace) {
    try (BlockTarget target = targets.open(file, request.target(), source.sizeBytes())) {
      long data = target.thin() ? DataEstimate.of(source) : source.sizeBytes();
      requireSpace(request.target().path(), target.fileBytesFor(data));
      ContentDigest digest = new ContentDigest(source.sizeBytes());
      new BlockWalk(source, target.granularity(), target.thin(), pace)
          .run((position, chunk, length) -> {
            if (request.verify()) {
              digest.add(position, chunk, length);
            } else {
              digest.count(chunk, length);
            }
            write(target, position, chunk, length);
          });
      target.finish();
      return digest;
    }
  }

  /** Thin targets are given the runs of granules that hold data, others everything. */
  private static void write(BlockTarget target, long position, byte[] chunk, int length) {
    if (!target.thin()) {
      target.write(position, chunk, 0, length);
      return;
    }
    int granule = target.granularity();
    int runStart = 0;
    for (int at = 0; at < length; at += granule) {
      if (Granules.isZero(chunk, at, Math.min(granule, length - at))) {
        writeRun(target, position, chunk, runStart, at);
        runStart = at + granule;
      }
    }
    writeRun(target, position, chunk, runStart, length);
  }

  private static void writeRun(BlockTarget target, long position, byte[] chunk, int from, int to) {
    if (from < to) {
      target.write(position + from, chunk, from, to - from);
    }
  }

  private void requireSpace(Path path, long needed) {
    try {
      long free = freeSpace.at(path);
      if (free < needed) {
        throw new DiskException.NotEnoughSpace(path.toString(), needed, free);
      }
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(
          path.toString(), "the free space could not be found out", e);
    }
  }

  /** Opens the target as anybody would, with its key, and compares it with what was read. */
  private void compare(TargetImage image, ContentDigest written, Pace pace) {
    SourceFormat format =
        switch (image.format()) {
          case QCOW2 -> SourceFormat.QCOW2;
          case RAW ->
              image.key() instanceof DiskKey.None ? SourceFormat.PLAIN_RAW : SourceFormat.RAW;
        };
    SourceImage again =
        new SourceImage(image.path(), format, image.key(), BackingRule.SAME_DIRECTORY);
    try (BlockSource target = ImageOpener.open(again, machine)) {
      long difference = written.firstDifference(digestOf(target, pace));
      if (difference >= 0) {
        throw new DiskException.DiskWriteFailed(
            image.path().toString(),
            "what was written reads back differently at or after byte "
                + difference
                + "; the source is untouched and the copy was removed");
      }
    }
  }

  private static ContentDigest digestOf(BlockSource source, Pace pace) {
    ContentDigest digest = new ContentDigest(source.sizeBytes());
    new BlockWalk(source, Granules.BYTES, true, pace).run(digest::add);
    return digest;
  }

  /**
   * Checks that {@code passphrase} opens the image at {@code path}; reads nothing but its header,
   * and may run beside a VM.
   *
   * @throws DiskException.WrongKey when it does not
   * @throws DiskException.NotEncrypted when there is nothing to open
   */
  public void verifyOpens(Path path, SecretBytes passphrase) {
    try (ImageFile file = ImageFile.openToLook(path)) {
      ImageOpener.requireOpens(file, SourceFormat.DETECT, passphrase);
    }
  }

  /** Reads every block of a disk, which must not be in use, and so proves that it can be read. */
  public VerifyResult verify(SourceImage image, ProgressListener listener, CancelToken cancel) {
    long start = System.nanoTime();
    try (BlockSource source = ImageOpener.open(image, machine)) {
      Pace pace = new Pace(listener, cancel, source.sizeBytes());
      ContentDigest digest = digestOf(source, pace);
      pace.complete();
      return new VerifyResult(source.sizeBytes(), digest.dataBytes(), since(start));
    }
  }

  private static long lengthOf(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(path.toString(), 0, e);
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
