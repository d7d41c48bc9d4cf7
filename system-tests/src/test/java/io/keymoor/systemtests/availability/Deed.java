package io.keymoor.systemtests.availability;

import java.util.List;

/** What is done, or goes on. */
enum Deed {
  RUN("a running VM"),
  RESET("reset of the guest"),
  POWER("power off and on (virsh)"),
  MIGRATE("migrate"),
  REKEY("shallow rekey"),
  ENCRYPT("encrypt another VM"),
  ADD_VTPM("add a vTPM to another VM"),
  RESTART_ELSEWHERE("start on another host after the loss of its own");

  /** Those that somebody types; each is about a VM of its own, so they may go on at once. */
  static final List<Deed> TYPED = List.of(MIGRATE, REKEY, ENCRYPT, ADD_VTPM);

  private final String title;

  Deed(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
