package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.DisplayText;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host remove}. */
@Command(
    name = "remove",
    description =
        "Remove a host and revoke its certificate. Its VMs run on and leave the inventory.",
    mixinStandardHelpOptions = true)
final class HostRemove implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  @Option(
      names = "--confirm",
      paramLabel = "NAME",
      description = "The host's name once more, instead of being asked.")
  private Optional<String> confirm = Optional.empty();

  HostRemove(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    try {
      session.manager().removeHost(host, confirm);
    } catch (RequestRefused refused) {
      if (confirm.isPresent() || !refused.code().equals("confirmation_required")) {
        throw refused;
      }
      session.manager().removeHost(host, Optional.of(askFor(refused)));
    }
    session.done(
        "Host "
            + host
            + " removed; its certificate is revoked. It keeps its encrypted configuration until it"
            + " is enrolled elsewhere: to take the keys from it, stop its agent and delete its"
            + " directory.");
  }

  private String askFor(RequestRefused refused) {
    List<JsonNode> vms = Fields.list(refused.problem().path("impact"), "vms");
    session
        .terminal()
        .err()
        .println(
            vms.isEmpty()
                ? "No VM of the inventory is on " + host + "."
                : "These VMs run on and leave the inventory; they start on the host as long as it"
                    + " keeps its configuration:");
    vms.forEach(
        vm -> session.terminal().err().println("  " + DisplayText.shown(Fields.text(vm, "name"))));
    if (!session.terminal().interactive()) {
      throw new CommandFailed(
          "Nothing was removed: it needs a confirmation. Repeat with --confirm " + host);
    }
    String typed = session.terminal().ask("Type the name of the host to remove it: ");
    if (typed.isEmpty()) {
      throw new CommandFailed("Nothing was removed.");
    }
    return typed;
  }
}
