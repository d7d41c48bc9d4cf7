package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider create native}. */
@Command(
    name = "native",
    description = "Create a native key provider: its key is made here and kept on every host.",
    mixinStandardHelpOptions = true)
final class ProviderCreateNative implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "A new name, 1 to 80 characters.")
  private String name = "";

  @Option(names = "--tpm-required", description = "Give the key only to hosts with a TPM 2.0.")
  private boolean tpmRequired;

  ProviderCreateNative(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode created = session.manager().createNativeProvider(name, tpmRequired);
    session.done(
        created,
        "Native key provider "
            + Fields.text(created, "provider")
            + " created. It can be used once it is backed up: keymoor provider backup "
            + Fields.text(created, "provider"));
  }
}
