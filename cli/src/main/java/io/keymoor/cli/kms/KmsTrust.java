package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Session;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider kms trust}. */
@Command(
    name = "trust",
    description =
        "Show the certificates of a KMS's servers and trust those you confirm, by answer or by fingerprint.",
    mixinStandardHelpOptions = true)
final class KmsTrust implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @ArgGroup(exclusive = true)
  private Choice choice = new Choice();

  /** At most one of the three. */
  static final class Choice {
    @Option(
        names = "--fingerprint",
        paramLabel = "SHA256",
        description = "Trust what a server shows now if it has this fingerprint.")
    private Optional<String> fingerprint = Optional.empty();

    @Option(
        names = "--ca",
        paramLabel = "FILE",
        description = "Trust the authorities (or servers) whose certificates are in this PEM file.")
    private Optional<Path> ca = Optional.empty();

    @Option(
        names = "--remove",
        paramLabel = "SHA256",
        description = "Trust the certificate with this fingerprint no more.")
    private Optional<String> remove = Optional.empty();
  }

  KmsTrust(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (choice.fingerprint.isPresent()) {
      done(session.manager().kms().trust(provider, choice.fingerprint.get()));
    } else if (choice.ca.isPresent()) {
      done(session.manager().kms().trustPem(provider, PemFile.read(choice.ca.get())));
    } else if (choice.remove.isPresent()) {
      session.done(
          session.manager().kms().distrust(provider, choice.remove.get()),
          "The certificate is trusted no more.");
    } else {
      int open = Confirmation.ask(session, provider);
      if (open > 0) {
        throw new CommandFailed(
            open
                + (open == 1 ? " server is" : " servers are")
                + " not confirmed. Compare the fingerprint with what the KMS's administrator says,"
                + " then: keymoor provider kms trust "
                + provider
                + " --fingerprint SHA256");
      }
      done(session.manager().kms().check(provider));
    }
  }

  private void done(JsonNode provider) {
    session.print(provider, KmsReport.lines(provider, session.terminal().style()));
  }
}
