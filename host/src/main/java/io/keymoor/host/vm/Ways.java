package io.keymoor.host.vm;

import io.keymoor.hypervisor.Domain;
import io.keymoor.protocol.Rewrite;

/** Which way data is written anew: decided before anything is touched, and said in the summary. */
final class Ways {
  private Ways() {}

  /**
   * Whether it is done while the VM runs.
   *
   * @param what the operation, as the subject of a sentence
   * @throws VmException when the VM is not in the state that the way asked for needs
   */
  static boolean isLive(Domain domain, Rewrite how, String what) {
    return switch (how.way()) {
      case CHOOSE -> domain.active() && requireSteady(domain, what);
      case LIVE -> requireSteady(domain, what);
      case COPY -> {
        if (domain.active()) {
          throw new VmException(
              "vm_running",
              "VM \""
                  + domain.name()
                  + "\" is running, and "
                  + what
                  + " by copy needs it powered off. Nothing was changed. Leave out --copy to do it"
                  + " while the VM runs, or shut it down first: keymoor vm stop "
                  + domain.name());
        }
        yield false;
      }
    };
  }

  private static boolean requireSteady(Domain domain, String what) {
    return switch (domain.power()) {
      case RUNNING, PAUSED -> true;
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
  static String said(boolean live) {
    return live ? " while it runs (live)" : " while it is off (by copy)";
  }
}
