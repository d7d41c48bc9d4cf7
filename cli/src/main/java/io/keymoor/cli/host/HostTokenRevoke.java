package io.keymoor.cli.host;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor host token revoke}. */
@Command(
    name = "revoke",
    description = "Make a token worthless. A host that it let in stays.",
    mixinStandardHelpOptions = true)
final class HostTokenRevoke implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "ID", description = "The token's id, as host token list shows it.")
  private String id = "";

  HostTokenRevoke(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.manager().revokeJoinToken(id);
    session.done("Join token " + id + " revoked: no host joins with it any more.");
  }
}
