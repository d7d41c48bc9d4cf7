package io.keymoor.host.operation;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An operation that has begun: all that recovery needs besides the domain's definition, which says
 * whether it was committed. Holds no key, wrapped or not.
 *
 * @param id its own id, name of its journal entry
 * @param kind what it does
 * @param vm the VM
 * @param vmName its name, for people
 * @param begun when
 * @param generation the key record's generation once committed, also when none remains
 * @param recordAfter whether a key record remains once committed
 * @param disks the disks that get another image
 * @param home the VM's home directory, where it has or gets one
 * @param homeBefore whether the home was encrypted before
 * @param homeAfter whether it is once committed
 * @param vtpmLinkMade whether the operation makes the link to the vTPM's state
 * @param committed whether it is known to be committed: then it is never rolled back, whatever the
 *     definition says later, because the new images may hold newer data
 */
public record Operation(
    UUID id,
    Kind kind,
    UUID vm,
    String vmName,
    Instant begun,
    long generation,
    boolean recordAfter,
    List<DiskSwitch> disks,
    Optional<String> home,
    boolean homeBefore,
    boolean homeAfter,
    boolean vtpmLinkMade,
    boolean committed) {
  public Operation {
    disks = List.copyOf(disks);
  }

  /** What operations there are. */
  public enum Kind {
    ENCRYPT,
    DECRYPT,
    REKEY,
    ADD_VTPM,
    REMOVE_VTPM
  }

  /**
   * A disk that gets another image.
   *
   * @param target its target device
   * @param oldImage file of the image it has before
   * @param newImage file of the image it has once committed
   * @param newFormat "raw" or "qcow2"
   */
  public record DiskSwitch(String target, String oldImage, String newImage, String newFormat) {
    /** File of the old image. */
    public Path oldPath() {
      return Path.of(oldImage);
    }

    /** File of the new image. */
    public Path newPath() {
      return Path.of(newImage);
    }
  }

  /** The same operation, known to be committed. */
  public Operation asCommitted() {
    return new Operation(
        id,
        kind,
        vm,
        vmName,
        begun,
        generation,
        recordAfter,
        disks,
        home,
        homeBefore,
        homeAfter,
        vtpmLinkMade,
        true);
  }

  /** The home directory. */
  public Optional<Path> homePath() {
    return home.map(Path::of);
  }

  /** Whether the old images are in clear, and so must be overwritten whole. */
  public boolean encrypts() {
    return kind == Kind.ENCRYPT;
  }
}
