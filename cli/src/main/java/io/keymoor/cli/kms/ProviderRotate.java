package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider rotate}. */
@Command(
    name = "rotate",
    description =
        "Make a new wrapping key in the KMS and wrap every key under it; old wrapping keys stay.",
    mixinStandardHelpOptions = true)
final class ProviderRotate implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  ProviderRotate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode done = session.manager().kms().rotate(provider);
    session.done(
        done,
        "Wrapping key "
            + Fields.text(done, "wrapping_key")
            + " is in use; "
            + Fields.text(done, "keys")
            + " keys were wrapped anew.");
  }
}
