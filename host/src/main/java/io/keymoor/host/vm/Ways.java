package io.keymoor.host.vm;

import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.Rewrite;

/** Which way data is written anew: decided before anything is touched, and said in the summary. */
final class Ways {
  private Ways() {}

  /** What {@link Rewrite.Way} comes down to. */
  enum Way {
    LIVE,
    COPY,
    IN_PLACE
  }

  /**
   * The way that is gone.
   *
   * @param what the operation, as the subject of a sentence
   * @throws VmException when the VM is not in the state that the way asked for needs
   */
  static Way of(Domain domain, Rewrite how, String what) {
    return switch (how.way()) {
      case CHOOSE -> domain.active() ? live(domain, what) : Way.COPY;
      case LIVE -> live(domain, what);
      case COPY -> requireOff(domain, what, "by copy", "--copy", Way.COPY);
      case IN_PLACE -> requireOff(domain, what, "in place", "--in-place", Way.IN_PLACE);
    };
  }

  private static Way requireOff(Domain domain, String what, String by, String option, Way way) {
    if (domain.active()) {
      throw new VmException(
          "vm_running",
          "VM \""
              + domain.name()
              + "\" is running, and "
              + what
              + " "
              + by
              + " needs it powered off. Nothing was changed. Leave out "
              + option
              + " to do it while the VM runs, or shut it down first: keymoor vm stop "
              + domain.name());
    }
    return way;
  }

  private static Way live(Domain domain, String what) {
    return switch (domain.power()) {
      case RUNNING, PAUSED -> Way.LIVE;
      case OFF ->
          throw new VmException(
              "vm_off",
              "VM \""
                  + domain.name()
                  + "\" is off, and live "
                  + what
                  + " needs it running. Nothing was changed. Leave out --live to do it by copy while"
                  + " the VM is off, or start it first: keymoor vm start "
                  + domain.name());
      case OTHER ->
          throw new VmException(
              "vm_running",
              "VM \""
                  + domain.name()
                  + "\" is neither running nor off, and "
                  + what
                  + " needs it to be one of them. Nothing was changed. Look at it with: virsh"
                  + " domstate "
                  + domain.name());
    };
  }

  /** The way, as the end of a sentence. */
  static String said(Way way) {
    return switch (way) {
      case LIVE -> " while it runs (live)";
      case COPY -> " while it is off (by copy)";
      case IN_PLACE -> " while it is off (in place)";
    };
  }
}
