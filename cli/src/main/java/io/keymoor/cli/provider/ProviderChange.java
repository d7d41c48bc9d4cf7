package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.BulkClient;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import io.keymoor.cli.output.DisplayText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keymoor provider change}. */
@Command(
    name = "change",
    description =
        "Move everything that is encrypted, and the hosts' own keys, to another key provider; VMs may run. The same command goes on after an interruption.",
    mixinStandardHelpOptions = true)
final class ProviderChange implements Runnable {
  private final Session session;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PROVIDER",
      description = "The key provider everything goes to.")
  private String to = "";

  @Option(
      names = "--from",
      paramLabel = "PROVIDER",
      description = "Only what is under this one; otherwise whatever is under another.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--cluster",
      paramLabel = "CLUSTER",
      description = "Only what is in this cluster.")
  private Optional<String> cluster = Optional.empty();

  @Option(names = "--set-defaults", description = "Defaults go to it too, before anything else.")
  private boolean setDefaults;

  @Option(names = "--dry-run", description = "Only say what would be done, and what is in the way.")
  private boolean dryRun;

  @Mixin private WaitOption wait = new WaitOption();

  ProviderChange(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    BulkClient.Change change = new BulkClient.Change(to, from, cluster, setDefaults);
    JsonNode answer = session.manager().bulk().change(change, dryRun);
    if (dryRun) {
      session.print(answer, plan(answer));
      return;
    }
    session.followMany(answer, wait.waits());
  }

  private List<String> plan(JsonNode plan) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Fields.count(plan, "vms")
            + " VMs and the keys of "
            + Fields.count(plan, "hosts")
            + " hosts would go to "
            + DisplayText.shown(Fields.text(plan, "to"))
            + ".");
    String defaults = Fields.names(plan, "defaults");
    if (!defaults.isEmpty()) {
      lines.add("It would become the default of: " + DisplayText.shown(defaults) + ".");
    }
    for (JsonNode finding : Fields.list(plan, "findings")) {
      String how = Fields.flag(finding, "blocks") ? "In the way: " : "Note: ";
      lines.add(how + DisplayText.shown(Fields.text(finding, "detail")));
    }
    lines.add(
        Fields.flag(plan, "clear")
            ? "Nothing is in the way. Nothing was changed."
            : "It would be refused. Nothing was changed.");
    return lines;
  }
}
