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
 * @param stage how far it is known to be
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
    Stage stage) {
  public Operation {
    disks = List.copyOf(disks);
  }

  /**
   * What operations there are. Those that are live change one disk of a VM that runs, those in
   * place one disk of a VM that is off, in its own image.
   */
  public enum Kind {
    ENCRYPT,
    DECRYPT,
    REKEY,
    DEEP_REKEY,
    LIVE_ENCRYPT,
    LIVE_DECRYPT,
    LIVE_REKEY,
    IN_PLACE_ENCRYPT,
    IN_PLACE_DECRYPT,
    IN_PLACE_REKEY,
    ADD_VTPM,
    REMOVE_VTPM;

    /** Whether QEMU copies the disk while the VM runs. */
    public boolean live() {
      return this == LIVE_ENCRYPT || this == LIVE_DECRYPT || this == LIVE_REKEY;
    }

    /** Whether the image stays and its contents are moved in it. */
    public boolean inPlace() {
      return this == IN_PLACE_ENCRYPT || this == IN_PLACE_DECRYPT || this == IN_PLACE_REKEY;
    }

    /** Whether the old images are in clear, and so must be overwritten whole. */
    public boolean oldInClear() {
      return this == ENCRYPT || this == LIVE_ENCRYPT || this == IN_PLACE_ENCRYPT;
    }

    /** Whether the new images are in clear. */
    public boolean newInClear() {
      return this == DECRYPT || this == LIVE_DECRYPT || this == IN_PLACE_DECRYPT;
    }
  }

  /** How far an operation is known to be. */
  public enum Stage {
    /** Not committed, unless the definition says otherwise. */
    BEGUN,
    /**
     * A running VM's disk is being switched: the guest may write to the new image alone before the
     * definition says so. Or a disk is being moved in its image: neither key opens it until that
     * has ended.
     */
    SWITCHING,
    /** A disk that was being moved in its image is moved back. */
    REVERTING,
    /**
     * Never to be rolled back, whatever the definition says later, because the new images may hold
     * newer data.
     */
    COMMITTED
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

  /** Whether it is known to be committed. */
  public boolean committed() {
    return stage == Stage.COMMITTED;
  }

  /** The same operation at another stage. */
  public Operation at(Stage now) {
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
        now);
  }

  /** The home directory. */
  public Optional<Path> homePath() {
    return home.map(Path::of);
  }
}
