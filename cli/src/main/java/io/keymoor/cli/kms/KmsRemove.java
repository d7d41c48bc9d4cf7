package io.keymoor.cli.kms;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider kms remove}. */
@Command(
    name = "remove",
    description = "Remove a server from a standard key provider; not the last one.",
    mixinStandardHelpOptions = true)
final class KmsRemove implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Parameters(paramLabel = "HOST[:PORT]", description = "The server.")
  private String server = "";

  KmsRemove(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.done(
        session.manager().kms().removeServer(provider, server),
        "Server " + server + " removed from " + provider + ".");
  }
}
