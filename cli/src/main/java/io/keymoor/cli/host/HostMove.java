package io.keymoor.cli.host;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host move}. */
@Command(
    name = "move",
    description =
        "Move a host to another cluster of this manager. Its VMs go with it and run on. (For another manager: host remove here, host token create there, keymoor host join on the host.)",
    mixinStandardHelpOptions = true)
final class HostMove implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  @Option(
      names = "--cluster",
      paramLabel = "CLUSTER",
      required = true,
      description = "The cluster it is to be in.")
  private String cluster = "";

  HostMove(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.manager().moveHost(host, cluster);
    session.done(
        "Host "
            + host
            + " is in cluster "
            + cluster
            + ". Its VMs keep their keys; new ones are made under that cluster's default provider.");
  }
}
