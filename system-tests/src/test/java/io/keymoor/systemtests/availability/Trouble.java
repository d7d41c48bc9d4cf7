package io.keymoor.systemtests.availability;

/** What is wrong. */
enum Trouble {
  NONE("nothing"),
  MANAGER_DOWN("manager down"),
  KMS_DOWN("KMS down"),
  BOTH_DOWN("manager and KMS down"),
  HOST_RESTARTED("the VM's host restarted"),
  HOST_RESTARTED_WITHOUT_MANAGER("the VM's host restarted, manager down"),
  HOST_RESTARTED_WITHOUT_KMS("the VM's host restarted, KMS down"),
  LIBVIRTD_KILLED("libvirtd of the VM's host killed and started"),
  AGENT_KILLED("agent of the VM's host killed and started"),
  AGENT_DOWN("agent of the VM's host down"),
  CUT_MANAGER_AND_KMS("network cut between manager and KMS"),
  CUT_HOST_AND_MANAGER("network cut between the VM's host and the manager"),
  CUT_HOSTS("network cut between the hosts");

  private final String title;

  Trouble(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  boolean withoutManager() {
    return this == MANAGER_DOWN || this == BOTH_DOWN || this == HOST_RESTARTED_WITHOUT_MANAGER;
  }

  /** No node of the KMS runs. */
  boolean kmsIsDown() {
    return this == KMS_DOWN || this == BOTH_DOWN || this == HOST_RESTARTED_WITHOUT_KMS;
  }

  /** The KMS can't be asked. */
  boolean withoutKms() {
    return kmsIsDown() || this == CUT_MANAGER_AND_KMS;
  }

  boolean hostRestarted() {
    return this == HOST_RESTARTED
        || this == HOST_RESTARTED_WITHOUT_MANAGER
        || this == HOST_RESTARTED_WITHOUT_KMS;
  }

  /** The manager does not hear of the VM's host. */
  boolean hostUnheard() {
    return this == AGENT_DOWN || this == CUT_HOST_AND_MANAGER;
  }
}
