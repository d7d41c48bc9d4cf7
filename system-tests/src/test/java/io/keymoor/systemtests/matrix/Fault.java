package io.keymoor.systemtests.matrix;

/** What is wrong with a KMS of two nodes. */
enum Fault {
  NODE_DOWN("One node is down", Reach.NO_KEY),
  ALL_DOWN("All nodes are down", Reach.ALL_KEYS),
  WRONG_TRUST("Somebody else answers", Reach.ALL_KEYS),
  EXPIRED("The nodes' certificate has expired", Reach.ALL_KEYS),
  LOCKED_OUT("The KMS lets the manager in no more", Reach.ALL_KEYS),
  SLOW("One node is slow", Reach.NO_KEY),
  ANSWER_CUT("The answer to a Create breaks off", Reach.NO_KEY),
  KEY_MISSING("The KMS lost the VM's key", Reach.ONE_KEY),
  KEY_DEACTIVATED("The VM's key was deactivated in the KMS", Reach.ONE_KEY),
  KEY_COMPROMISED("The VM's key was marked as compromised in the KMS", Reach.ONE_KEY),
  KEY_DESTROYED("The VM's key was destroyed in the KMS", Reach.ONE_KEY);

  /** Of which keys the KMS gives fewer, or none, or says more. */
  enum Reach {
    NO_KEY,
    ONE_KEY,
    ALL_KEYS
  }

  private final String title;
  private final Reach reach;

  Fault(String title, Reach reach) {
    this.title = title;
    this.reach = reach;
  }

  String title() {
    return title;
  }

  Reach reach() {
    return reach;
  }
}
