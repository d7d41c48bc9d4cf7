package io.keymoor.kms.policy;

import java.util.EnumSet;
import java.util.Set;

/**
 * The operation policy: who may do what to whose objects, as one table.
 *
 * <pre>
 *                      SEE  OBTAIN  USE  CHANGE  END
 *   owner               x     x      x     x      x
 *   group: manage       x     x      x     x      x
 *   group: use          x     x      x
 *   group: read         x
 *   administrator       x                         x
 *   anybody else
 * </pre>
 *
 * <p>Administrators end keys of clients that are gone, and never see one. To anybody else an object
 * does not exist, so that identifiers cannot be probed.
 */
public final class Policy {
  private static final Set<Right> ALL = EnumSet.allOf(Right.class);
  private static final Set<Right> READERS = EnumSet.of(Right.SEE);
  private static final Set<Right> USERS = EnumSet.of(Right.SEE, Right.OBTAIN, Right.USE);
  private static final Set<Right> ADMINISTRATORS = EnumSet.of(Right.SEE, Right.END);

  private final Directory directory;

  /** What a policy has to know about clients. Implementations are thread-safe. */
  public interface Directory {
    /** What {@code client} may do with objects of {@code owner} by their common group, if any. */
    GroupPermission shared(Client client, String owner);
  }

  public Policy(Directory directory) {
    this.directory = directory;
  }

  /** Whether {@code client} has {@code right} on objects of {@code owner}. */
  public boolean allows(Client client, String owner, Right right) {
    if (client.name().equals(owner)) {
      return true;
    }
    if (client.administrator()) {
      return ADMINISTRATORS.contains(right);
    }
    return switch (directory.shared(client, owner)) {
      case NONE -> false;
      case READ -> READERS.contains(right);
      case USE -> USERS.contains(right);
      case MANAGE -> ALL.contains(right);
    };
  }
}
