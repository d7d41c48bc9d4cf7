package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host keep-keys}. */
@Command(
    name = "keep-keys",
    description =
        "Let a host keep keys of standard providers over its restarts, sealed by its TPM 2.0, so that its VMs start without manager and KMS. Whoever steals the whole host can then start them too. Off unless switched on.",
    mixinStandardHelpOptions = true)
final class HostKeepKeys implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  @ArgGroup(multiplicity = "1")
  private Choice choice = new Choice();

  /** One of the two. */
  static final class Choice {
    @Option(names = "--on", description = "Keep them from now on.")
    private boolean on;

    @SuppressWarnings("UnusedVariable") // One of the two has to be said.
    @Option(names = "--off", description = "Keep them no longer; the host erases what it has.")
    private boolean off;
  }

  HostKeepKeys(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().keepKeys(host, choice.on);
    String warning = Fields.text(answer, "warning");
    session.done(
        answer,
        (choice.on
                ? "Host " + host + " keeps keys of standard providers over its restarts."
                : "Host " + host + " erases the keys that it kept, as soon as it is heard of.")
            + (warning.isEmpty() ? "" : " " + warning));
  }
}
