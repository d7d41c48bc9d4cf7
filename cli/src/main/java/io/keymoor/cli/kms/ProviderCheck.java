package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider check}. */
@Command(
    name = "check",
    description = "Check a key provider now: every server of its KMS, and every host.",
    mixinStandardHelpOptions = true)
final class ProviderCheck implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  ProviderCheck(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode checked = session.manager().kms().check(provider);
    KmsReport.print(session, checked);
    if (Fields.text(checked, "health").equals("OK")) {
      session.terminal().err().println("All is well.");
    }
  }
}
