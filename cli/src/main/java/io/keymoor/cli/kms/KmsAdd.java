package io.keymoor.cli.kms;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider kms add}. */
@Command(
    name = "add",
    description = "Add a server to a standard key provider, after a look at it.",
    mixinStandardHelpOptions = true)
final class KmsAdd implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Parameters(paramLabel = "HOST[:PORT]", description = "The server; port 5696 otherwise.")
  private String server = "";

  @Mixin private ServerOptions options = new ServerOptions();

  KmsAdd(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    KmsReport.print(
        session,
        session
            .manager()
            .kms()
            .addServer(
                provider,
                options.server(server).put("even_unreachable", options.evenUnreachable())));
  }
}
