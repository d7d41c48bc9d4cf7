package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.FileCare;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import io.keymoor.disk.engine.Shredder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Encrypts, decrypts and re-encrypts images where they lie: raw ones, LUKS1, LUKS2 and qcow2.
 *
 * <p>Guarantees: whenever the process or the power ends, the disk can be finished with the same
 * request or rolled back, and no sector is lost; from the first changed byte to the last nothing
 * else opens the image; no clear byte of an encrypted disk reaches the journal. The image is locked
 * as QEMU locks it, so a running VM's disk is refused. A disk in clear becomes LUKS1, which QEMU
 * opens, unless LUKS2 is asked for.
 *
 * <p>Extra space. Of raw images: the gap, a 32nd of the disk, from 2 to 64 MiB, a journal of about
 * half a mebibyte, and what the holes of a sparse disk take once they are encrypted. Of qcow2: 2
 * MiB for a LUKS header, and a journal of a 16th of the data, 8 MiB at most, and of the headers.
 * The same passphrases are needed to resume or roll back as were given first. Thread-safe; every
 * operation stands alone.
 */
public final class InPlaceEngine {
  private static final int MOST_WORKERS = 8;

  private final SecureRandom random;
  private final Machine machine;

  /** An engine that takes volume keys, salts and identifiers from {@code random}. */
  public InPlaceEngine(SecureRandom random) {
    this(random, Machine.JAVA);
  }

  /** As before, and uses {@code machine}. */
  public InPlaceEngine(SecureRandom random, Machine machine) {
    this.random = random;
    this.machine = machine;
  }

  /** Whether the image waits to be resumed or rolled back; reads its first sector only. */
  public static boolean isUnfinished(Path path) {
    try (ImageFile file = ImageFile.openToLook(path)) {
      return Marker.descriptorOffset(file).isPresent()
          || OverwritePlanner.descriptorOffset(file).isPresent();
    }
  }

  /**
   * Makes the image what is wanted, or goes on making it that after a crash or a cancellation.
   *
   * @throws DiskException.Cancelled when it was cancelled: the image waits to be resumed
   */
  public InPlaceResult convert(
      InPlaceRequest request, ProgressListener listener, CancelToken cancel) {
    long began = System.nanoTime();
    Work work = work(request, listener, cancel);
    Optional<Work.Done> resumed;
    try (ImageFile image = ImageFile.openToChange(request.path())) {
      resumed = work.resume(image);
    }
    if (resumed.isPresent()) {
      return result(request, resumed.get(), began);
    }
    try (ImageFile image = ImageFile.openToChange(request.path())) {
      requireFile(image);
      Work.Done done =
          work.start(
              image,
              request.format(),
              planned -> {
                requireSpace(image, planned.roomBytes());
                requireWanted(cancel);
              });
      return result(request, done, began);
    }
  }

  /** Where an image is between what it was and what it shall be. */
  public enum Standing {
    /** Nothing has been moved. */
    AS_BEFORE,
    /** It waits to be resumed or rolled back. */
    UNFINISHED,
    /** Everything is done. */
    AS_WANTED
  }

  /**
   * Finds out how far the request was carried out when it was cut short; changes nothing.
   *
   * @throws DiskException.WrongKey when the image is encrypted and neither key opens it
   */
  public Standing standing(InPlaceRequest request) {
    try (ImageFile image = ImageFile.openToChange(request.path())) {
      Work work = work(request, ProgressListener.SILENT, new CancelToken());
      return work.isUnfinished(image) ? Standing.UNFINISHED : settled(request, image);
    }
  }

  private static Standing settled(InPlaceRequest request, ImageFile image) {
    KeyTrial trial = new KeyTrial(image, request.format());
    if (trial.opens(request.wanted())) {
      return Standing.AS_WANTED;
    }
    if (trial.opens(request.present())) {
      return Standing.AS_BEFORE;
    }
    if (trial.isEncrypted()) {
      throw new DiskException.WrongKey(image.name());
    }
    return request.wanted() instanceof DiskKey.None ? Standing.AS_WANTED : Standing.AS_BEFORE;
  }

  /**
   * Refuses what {@link #convert} would refuse before it writes anything: a format that is not
   * converted in place, a wrong key, a device, too little room. Changes nothing.
   */
  public void requireConvertible(InPlaceRequest request) {
    try (ImageFile image = ImageFile.openToChange(request.path())) {
      requireFile(image);
      work(request, ProgressListener.SILENT, new CancelToken())
          .plan(image, request.format(), planned -> requireSpace(image, planned.roomBytes()));
    }
  }

  /**
   * Makes an image whose conversion is unfinished what it was before; where everything had already
   * moved and only the first sector was missing, finishes it instead. The result says which.
   *
   * @throws DiskException.NotADisk when no conversion of the image is unfinished
   */
  public InPlaceResult rollBack(
      InPlaceRequest request, ProgressListener listener, CancelToken cancel) {
    long began = System.nanoTime();
    try (ImageFile image = ImageFile.openToChange(request.path())) {
      return result(request, work(request, listener, cancel).rollBack(image), began);
    }
  }

  private Work work(InPlaceRequest request, ProgressListener listener, CancelToken cancel) {
    return new Work(
        request,
        random,
        machine,
        new SidecarNote(request.path()),
        (disk, done, shift) -> {
          Pace pace = new Pace(listener, cancel, disk);
          pace.advance(done);
          withThreads(request.path(), pace, shift);
          pace.complete();
        });
  }

  private static void withThreads(Path path, Pace pace, Consumer<Conversion.Crew> shift) {
    int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_WORKERS);
    try (ExecutorService threads =
            Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("disk-worker-", 0).daemon().factory());
        Background background = new Background.OneThread()) {
      shift.accept(new Conversion.Crew(pace, new Passage.Workers(threads, count), background));
    } catch (DiskException.Cancelled e) {
      throw new DiskException.Cancelled(
          "The conversion of "
              + path
              + " was stopped half-way. Nothing is lost, and nothing opens it until the same"
              + " request is given again or rolled back.");
    } catch (DiskException.DiskReadFailed e) {
      throw new DiskException.DiskReadFailed(
          e,
          "The conversion stopped there and nothing else is lost: once these bytes can be read, give"
              + " the same request again, or roll it back.");
    } catch (DiskException.NotEnoughSpace e) {
      throw new DiskException.DiskWriteFailed(
          path.toString(),
          "its file system is full. Nothing is lost: make room and give the same request again, or"
              + " roll it back",
          e);
    }
  }

  private static void requireFile(ImageFile image) {
    if (!image.canGrow()) {
      throw new DiskException.UnsupportedImage(
          image.name(),
          "a block device cannot grow by the room that a conversion in place needs; copy it"
              + " instead");
    }
  }

  /**
   * What the holes of a sparse disk will take cannot be asked for, nor anything of a file system
   * that does not count; running full loses nothing.
   */
  private static void requireSpace(ImageFile image, long needed) {
    try {
      long free = FileCare.usableSpace(image.path());
      if (free < needed && image.path().toFile().getTotalSpace() > 0) {
        throw new DiskException.NotEnoughSpace(image.name(), needed, free);
      }
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(
          image.name(), "the free space could not be found out", e);
    }
  }

  private static void requireWanted(CancelToken cancel) {
    if (cancel.isCancelled()) {
      throw new DiskException.Cancelled();
    }
  }

  private static InPlaceResult result(InPlaceRequest request, Work.Done done, long began) {
    return new InPlaceResult(
        done.outcome(),
        done.disk(),
        done.moved(),
        Shredder.remainsOf(request.path()),
        Duration.ofNanos(System.nanoTime() - began));
  }
}
