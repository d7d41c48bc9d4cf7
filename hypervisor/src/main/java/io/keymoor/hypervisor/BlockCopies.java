package io.keymoor.hypervisor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Moves the disks of running domains to other images, while their guests use them (libvirt's block
 * copy).
 *
 * <p>From {@link #start} on, every write of the guest is answered only when it is in both images.
 * Once {@link Progress#ready} both have the same contents, until {@link #pivot} or {@link #abort}.
 * A copy belongs to the running domain and not to whoever started it: it goes on without this
 * process, is found again with {@link #progress}, and is gone, with the old image in use, when the
 * domain stops before the pivot. Failures are {@link HypervisorException}s. Thread-safe.
 */
public interface BlockCopies {
  /** A rate at which a copy stands still: QEMU copies one more chunk, and the next in a day. */
  long NEXT_TO_NOTHING = 1;

  /**
   * An image that is there already: of the disk's size and with nothing that matters in it.
   *
   * @param file where it is, absolute
   * @param format "raw" or "qcow2"
   * @param luksSecret the libvirt secret that opens it; absent when it is in clear
   */
  record Target(Path file, String format, Optional<UUID> luksSecret) {}

  /**
   * How far a copy is.
   *
   * @param file the image it goes to
   * @param done bytes done
   * @param total bytes in all; grows with what the guest writes, 0 while unknown
   * @param ready whether both images have the same contents
   */
  record Progress(Path file, long done, long total, boolean ready) {}

  /**
   * Starts copying. Returns when QEMU has the target open; it needs the secret no more then.
   *
   * @param disk the target device, such as "vda"
   * @param bytesPerSecond the most to copy in a second, 0 for no limit; the guest's own writes are
   *     not held back
   */
  void start(UUID domain, String disk, Target to, long bytesPerSecond);

  /** How far the copy of this disk is; absent when there is none: it failed, or was ended. */
  Optional<Progress> progress(UUID domain, String disk);

  /**
   * Has a copy go on at another rate. Harmless when there is none.
   *
   * @param bytesPerSecond the most to copy in a second, 0 for no limit; the guest's own writes are
   *     not held back
   */
  void limit(UUID domain, String disk, long bytesPerSecond);

  /**
   * Switches the guest to the target, when the copy is ready, and ends the copy. When this returns,
   * the running and the persistent definition both name the target. When it throws, either image
   * may be the disk's: {@link Hypervisor#liveDefinition} tells.
   */
  void pivot(UUID domain, String disk);

  /** Ends the copy; the guest stays where it was. Harmless when there is none. */
  void abort(UUID domain, String disk);
}
