package io.keymoor.systemtests.matrix;

/** What is wrong with a KMS of two nodes. */
enum Fault {
  NODE_DOWN("One node is down"),
  ALL_DOWN("All nodes are down"),
  WRONG_TRUST("Somebody else answers"),
  EXPIRED("The nodes' certificate has expired"),
  LOCKED_OUT("The KMS lets the manager in no more"),
  SLOW("One node takes 5 s for every answer"),
  ANSWER_CUT("The answer to a Create breaks off"),
  KEY_MISSING("The KMS lost the VM's key"),
  KEY_DEACTIVATED("The VM's key was deactivated in the KMS"),
  KEY_COMPROMISED("The VM's key was marked as compromised in the KMS"),
  KEY_DESTROYED("The VM's key was destroyed in the KMS");

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
