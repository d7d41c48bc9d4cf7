package io.keymoor.manager.domain.model;

import java.util.UUID;

/**
 * Names what a host is handed of a bulk task at once. Its tasks' ids are the same but for the last
 * two bytes, where their place is, so that a task's portion is known from its id alone. Any UUID
 * has one; most name a portion that there is not.
 *
 * @param id the name, whose last two bytes are zero
 */
public record PortionId(UUID id) {
  /** The most tasks of one portion. */
  public static final int MOST = 0xFFFF;

  private static final long PLACE = 0xFFFFL;

  public PortionId {
    if ((id.getLeastSignificantBits() & PLACE) != 0) {
      throw new IllegalArgumentException("not the id of a portion: " + id);
    }
  }

  /** A new one. */
  public static PortionId random() {
    return of(UUID.randomUUID());
  }

  /** The portion in which a task with this id would be. */
  public static PortionId of(UUID task) {
    return new PortionId(
        new UUID(task.getMostSignificantBits(), task.getLeastSignificantBits() & ~PLACE));
  }

  /** The place of a task in its portion, from 1; 0 is no task's. */
  public static int place(UUID task) {
    return (int) (task.getLeastSignificantBits() & PLACE);
  }

  /** The id of the task at a place, from 1. */
  public UUID task(int place) {
    if (place < 1 || place > MOST) {
      throw new IllegalArgumentException("no place in a portion: " + place);
    }
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() | place);
  }
}
