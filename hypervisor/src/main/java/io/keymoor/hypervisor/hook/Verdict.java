package io.keymoor.hypervisor.hook;

/** Whether a domain may start. */
public sealed interface Verdict {
  /** It may; the secrets it needs are with libvirt. */
  record Allow() implements Verdict {}

  /**
   * It may not.
   *
   * @param sentence why, and what to do; libvirt shows it to whoever asked for the start
   */
  record Refuse(String sentence) implements Verdict {}
}
