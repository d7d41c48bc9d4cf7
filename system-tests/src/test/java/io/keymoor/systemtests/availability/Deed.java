package io.keymoor.systemtests.availability;

/** What is done, or goes on. */
enum Deed {
  RUN("a running VM"),
  POWER("power off and on (virsh)"),
  RESET("reset of the guest"),
  MIGRATE("migrate"),
  RESTART_ELSEWHERE("start on another host after the loss of its own"),
  REKEY("shallow rekey"),
  ENCRYPT("encrypt another VM"),
  ADD_VTPM("add a vTPM to another VM");

  private final String title;

  Deed(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
