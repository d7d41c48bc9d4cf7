package io.keymoor.systemtests.matrix;

/** What a user does meanwhile, in the order in which it is tried. */
enum Action {
  START_CACHED("Power on, key in the hosts' memory"),
  CHECK("keymoor provider check"),
  ENCRYPT("Encrypt a VM"),
  REKEY("Rekey (shallow)"),
  REKEY_ALL("Rekey all VMs"),
  ENCRYPT_DISK("Encrypt another disk"),
  START_AFTER_RESTART("Power on, host restarted");

  private final String title;

  Action(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
