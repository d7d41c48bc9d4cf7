package io.keymoor.host.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * How a host shows on the shared storage that it is alive, and sees whether another is. Two times
 * of one file system are compared: no host's clock counts.
 *
 * @param host this host
 * @param name its name
 * @param silence after how long another may be taken for dead, once somebody says that it is
 */
record SignsOfLife(UUID host, String name, Duration silence) {
  /** Of one length always: some watch the storage for changes. */
  void show(LeasePlace place) throws IOException {
    Files.writeString(place.alive(host), name + "\n");
  }

  /**
   * Refuses while the holder of a lease is alive.
   *
   * @param vm the VM's name
   * @throws VmException when it is
   */
  void requireSilent(String vm, LeasePlace place, Lease lease) {
    try {
      Path theirs = place.alive(lease.host());
      if (Files.notExists(theirs)) {
        return;
      }
      show(place);
      Duration age =
          Duration.between(
              Files.getLastModifiedTime(theirs).toInstant(),
              Files.getLastModifiedTime(place.alive(host)).toInstant());
      if (age.compareTo(silence) < 0) {
        throw new VmException(
            "host_alive",
            "Host "
                + lease.hostName()
                + ", which runs VM \""
                + vm
                + "\", showed "
                + Math.max(0, age.toSeconds())
                + " s ago that it is alive. Nothing was changed. Fence it first; a host that is off is"
                + " silent for "
                + silence.toSeconds()
                + " s before its VMs can be taken over.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not look after host " + lease.hostName(), e);
    }
  }
}
