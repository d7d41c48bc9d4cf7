package io.keymoor.host.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether guests' memory can reach a disk in clear (R10): through swap that is neither in RAM (zram
 * without a backing device) nor encrypted under a key of its own per boot (plain dm-crypt).
 *
 * @param swaps the kernel's list, /proc/swaps; a header line, then per area: name, type, size …
 * @param blockDevices the kernel's view of block devices, /sys/block
 */
public record Swap(Path swaps, Path blockDevices) {
  private static final Logger LOG = LoggerFactory.getLogger(Swap.class);

  /** The swap of this system. */
  public static Swap ofThisSystem() {
    return new Swap(Path.of("/proc/swaps"), Path.of("/sys/block"));
  }

  /** Why encrypted VMs may not run on this host, in words; empty when they may. */
  public Optional<String> objection() {
    List<String> clear = inClear();
    return clear.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Memory of encrypted VMs could reach the disk in clear: swap on "
                + String.join(", ", clear)
                + ". Switch it off (swapoff) or encrypt it with a fresh key per boot.");
  }

  /** The areas in clear; empty when all is well or the system has no such list. */
  List<String> inClear() {
    if (!Files.exists(swaps)) {
      return List.of();
    }
    try {
      return Files.readAllLines(swaps, UTF_8).stream()
          .skip(1)
          .filter(line -> !line.isBlank())
          .map(line -> line.split("\\s+", 2)[0])
          .filter(area -> !isInMemory(area) && !isKeyedPerBoot(area))
          .toList();
    } catch (IOException failure) {
      LOG.warn("Can't tell whether swap is encrypted: {}", failure.toString());
      return List.of(swaps + " (unreadable)");
    }
  }

  /** zram keeps pages in memory unless it was given a device to write idle ones back to. */
  private boolean isInMemory(String area) {
    if (!area.matches("/dev/zram[0-9]+")) {
      return false;
    }
    Path backing = blockDevices.resolve(area.substring("/dev/".length())).resolve("backing_dev");
    try {
      return !Files.exists(backing) || Files.readString(backing).strip().equals("none");
    } catch (IOException unreadable) {
      return false;
    }
  }

  private boolean isKeyedPerBoot(String area) {
    return mapping(area).filter(uuid -> uuid.startsWith("CRYPT-PLAIN-")).isPresent();
  }

  private Optional<String> mapping(String area) {
    try {
      Path device = Path.of(area).toRealPath();
      Path uuid = blockDevices.resolve(device.getFileName()).resolve("dm").resolve("uuid");
      return Files.exists(uuid) ? Optional.of(Files.readString(uuid)) : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
