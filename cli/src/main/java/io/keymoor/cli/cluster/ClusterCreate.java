package io.keymoor.cli.cluster;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor cluster create}. */
@Command(name = "create", description = "Create a cluster.", mixinStandardHelpOptions = true)
final class ClusterCreate implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "A new name.")
  private String name = "";

  ClusterCreate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.done(
        session.manager().createCluster(name),
        "Cluster "
            + name
            + " created. Let a host join: keymoor host token create --cluster "
            + name);
  }
}
