package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider delete}. */
@Command(
    name = "delete",
    description =
        "Delete a key provider. What it protects locks, running VMs at their power-off, until it is restored from its backup.",
    mixinStandardHelpOptions = true)
final class ProviderDelete implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Option(
      names = "--confirm",
      paramLabel = "NAME",
      description = "The provider's name once more, instead of being asked.")
  private Optional<String> confirm = Optional.empty();

  ProviderDelete(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    try {
      session.manager().deleteProvider(provider, confirm);
    } catch (RequestRefused refused) {
      if (confirm.isPresent() || !refused.code().equals("confirmation_required")) {
        throw refused;
      }
      session.manager().deleteProvider(provider, Optional.of(askFor(refused)));
    }
    session.done("Provider " + provider + " deleted.");
  }

  private String askFor(RequestRefused refused) {
    impact(refused.problem().path("impact")).forEach(session.terminal().err()::println);
    if (!session.terminal().interactive()) {
      throw new CommandFailed(
          "Nothing was deleted: it needs a confirmation. Repeat with --confirm " + provider);
    }
    String typed = session.terminal().ask("Type the name of the provider to delete it: ");
    if (typed.isEmpty()) {
      throw new CommandFailed("Nothing was deleted.");
    }
    return typed;
  }

  private List<String> impact(JsonNode impact) {
    List<String> lines = new ArrayList<>();
    List<JsonNode> vms = Fields.list(impact, "vms");
    lines.add(
        vms.isEmpty()
            ? "No VM uses " + provider + "."
            : "These VMs lock, running ones when they are powered off, until "
                + provider
                + " is restored from its backup:");
    vms.forEach(vm -> lines.add("  " + DisplayText.shown(nameOf(vm))));
    String hosts = Fields.names(impact, "hosts");
    if (!hosts.isEmpty()) {
      lines.add("Their host key is under it: " + DisplayText.shown(hosts));
    }
    String defaults = Fields.names(impact, "default_of");
    if (!defaults.isEmpty()) {
      lines.add("It is the default of: " + DisplayText.shown(defaults) + "; there will be none.");
    }
    return lines;
  }

  private static String nameOf(JsonNode vm) {
    return vm.isTextual() ? vm.asText() : Fields.text(vm, "name");
  }
}
