package io.keymoor.manager.domain.model;

import java.util.Locale;
import java.util.Optional;

/**
 * How a host writes the data of disks anew.
 *
 * @param way where to
 * @param bytesPerSecond the most to copy or move in a second, 0 for no limit
 */
public record Rewriting(Way way, long bytesPerSecond) {
  /** As suits the VM, at full speed. */
  public static final Rewriting CHOSEN = new Rewriting(Way.CHOOSE, 0);

  /** Where to. */
  public enum Way {
    /** The host chooses: live when the VM runs, by copy when it is off. */
    CHOOSE,
    LIVE,
    COPY,
    IN_PLACE;

    /** The word for it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Rewriting {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative");
    }
  }

  /**
   * What somebody asked for.
   *
   * @param way "live", "copy" or "in-place"; the host chooses when it is absent
   */
  public static Rewriting of(Optional<String> way, long bytesPerSecond) {
    Way asked =
        switch (way.orElse("choose")) {
          case "choose" -> Way.CHOOSE;
          case "live" -> Way.LIVE;
          case "copy" -> Way.COPY;
          case "in-place" -> Way.IN_PLACE;
          case String other ->
              throw new Refusal.Invalid(
                  "way_unknown",
                  "There is no way \""
                      + other
                      + "\" to write data anew. Nothing was done. Ways are"
                      + " \"live\", while the VM runs, and \"copy\" and \"in-place\", while it is"
                      + " off.");
        };
    if (bytesPerSecond < 0) {
      throw new Refusal.Invalid(
          "rate_invalid", "A rate can't be negative. Nothing was done. 0 means no limit.");
    }
    return new Rewriting(asked, bytesPerSecond);
  }
}
