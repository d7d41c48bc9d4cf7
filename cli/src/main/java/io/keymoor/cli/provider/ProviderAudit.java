package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code keymoor provider audit}. */
@Command(
    name = "audit",
    description = "Every VM and host with its provider, key id and what is encrypted.",
    mixinStandardHelpOptions = true)
final class ProviderAudit implements Runnable {
  private final Session session;

  ProviderAudit(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().bulk().providerAudit();
    Table table =
        new Table("OBJECT", "NAME", "HOST", "KIND", "PROVIDER", "PARTS", "KEY ID", "NOTE");
    for (JsonNode use : Fields.list(answer, "objects")) {
      List<JsonNode> keys = Fields.list(use, "keys");
      if (keys.isEmpty()) {
        row(table, use, "", "", "");
      }
      for (JsonNode key : keys) {
        row(
            table,
            use,
            Fields.text(key, "provider.name"),
            Fields.names(key, "parts"),
            Fields.text(key, "key_id"));
      }
    }
    session.print(answer, table, "There is no VM and no host.");
  }

  private static void row(Table table, JsonNode use, String provider, String parts, String key) {
    table.row(
        Fields.text(use, "object.type"),
        Fields.text(use, "object.name"),
        Fields.text(use, "host"),
        Fields.text(use, "kind").replace('_', ' '),
        provider,
        parts,
        key,
        note(use));
  }

  private static String note(JsonNode use) {
    List<String> notes = new ArrayList<>();
    if (!Fields.flag(use, "registered")) {
      notes.add("not registered");
    }
    if (Fields.flag(use, "template")) {
      notes.add("template");
    }
    if (Fields.flag(use, "mixed")) {
      notes.add("several providers");
    }
    if (Fields.flag(use, "missing")) {
      notes.add("provider missing");
    }
    if (Fields.flag(use, "locked")) {
      notes.add("locked");
    }
    return String.join(", ", notes);
  }
}
