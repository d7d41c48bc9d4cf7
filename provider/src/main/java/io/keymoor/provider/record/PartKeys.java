package io.keymoor.provider.record;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of one part of an object (R4).
 *
 * @param part "home", or "disk:" and the target device
 * @param current opens the part as it is; absent while the part is in clear
 * @param pending will open it once a change that has begun is committed
 * @param previous opened it before the last rekey; kept until the next
 */
public record PartKeys(
    String part,
    Optional<KeyEntry> current,
    Optional<KeyEntry> pending,
    Optional<KeyEntry> previous) {
  /** Name of the part that is a VM's home. */
  public static final String HOME = "home";

  private static final String DISK = "disk:";
  private static final Pattern NAME_OF_DISK = Pattern.compile("disk:[a-z0-9]{1,16}");

  public PartKeys {
    if (!part.equals(HOME) && !NAME_OF_DISK.matcher(part).matches()) {
      throw new IllegalArgumentException("a part is \"home\" or \"disk:\" and a target device");
    }
  }

  /** Name of the part that is the disk with this target device. */
  public static String disk(String target) {
    return DISK + target;
  }

  /** The target device when this is a disk. */
  public Optional<String> target() {
    return part.startsWith(DISK) ? Optional.of(part.substring(DISK.length())) : Optional.empty();
  }

  /** A part that is to be encrypted with {@code entry}. */
  public static PartKeys beginning(String part, KeyEntry entry) {
    return new PartKeys(part, Optional.empty(), Optional.of(entry), Optional.empty());
  }

  /** A part encrypted with {@code entry}. */
  public static PartKeys encrypted(String part, KeyEntry entry) {
    return new PartKeys(part, Optional.of(entry), Optional.empty(), Optional.empty());
  }

  /** The same part after a change of key: {@code entry} is current, what was current previous. */
  public PartKeys rekeyed(KeyEntry entry) {
    return new PartKeys(part, Optional.of(entry), Optional.empty(), current);
  }

  /** The same part with a change begun. */
  public PartKeys withPending(KeyEntry entry) {
    return new PartKeys(part, current, Optional.of(entry), previous);
  }

  /** The same part with the change that had begun committed. */
  public PartKeys committed() {
    return pending.map(this::rekeyed).orElse(this);
  }

  /** The same part with the change that had begun forgotten. */
  public PartKeys rolledBack() {
    return new PartKeys(part, current, Optional.empty(), previous);
  }

  /** Whether nothing is known of the part, so that a record need not list it. */
  boolean isEmpty() {
    return current.isEmpty() && pending.isEmpty();
  }
}
