package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider rename}. */
@Command(
    name = "rename",
    description = "Rename a key provider; objects find it by its UUID.",
    mixinStandardHelpOptions = true)
final class ProviderRename implements Runnable {
  private final Session session;

  @Parameters(index = "0", paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "The new name.")
  private String name = "";

  ProviderRename(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode renamed = session.manager().renameProvider(provider, name);
    session.done(renamed, provider + " is now called " + name + ". The old name still finds it.");
  }
}
