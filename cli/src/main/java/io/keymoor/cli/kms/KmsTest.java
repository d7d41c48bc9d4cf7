package io.keymoor.cli.kms;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider kms test}. */
@Command(
    name = "test",
    description = "Connect to every server, authenticate and ask something harmless.",
    mixinStandardHelpOptions = true)
final class KmsTest implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  KmsTest(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    KmsReport.print(session, session.manager().kms().check(provider));
  }
}
