package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.DisplayText;
import io.keymoor.cli.output.Style;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;

/** How the servers of a KMS stand, as people read it. */
public final class KmsReport {
  private KmsReport() {}

  /** A line for each server, and one for each that has something to say. */
  public static List<String> lines(JsonNode provider, Style style) {
    Table servers = new Table("SERVER", "HEALTH", "FAILING", "KMIP", "MS", "CERTIFICATE UNTIL");
    List<String> details = new ArrayList<>();
    for (JsonNode server : Fields.list(provider.path("standard_info"), "servers")) {
      servers.row(
          Fields.text(server, "server"),
          Fields.state(server, "health").isEmpty() ? "unknown" : Fields.state(server, "health"),
          Fields.text(server, "failing"),
          Fields.text(server, "kmip_version"),
          Fields.text(server, "took_ms"),
          Fields.instant(server, "certificate_expiry"));
    }
    List<String> lines = new ArrayList<>(servers.lines(style));
    Fields.list(provider, "details")
        .forEach(detail -> details.add("! " + DisplayText.shown(detail.asText())));
    if (!details.isEmpty()) {
      lines.add("");
      lines.addAll(details);
    }
    return lines;
  }

  /** Prints how the servers stand; a KMS none of whose servers answers is a failure. */
  static void print(Session session, JsonNode provider) {
    session.print(provider, lines(provider, session.terminal().style()));
    List<JsonNode> servers = Fields.list(provider.path("standard_info"), "servers");
    if (!servers.isEmpty()
        && servers.stream().allMatch(it -> Fields.text(it, "health").equals("ERROR"))) {
      throw new CommandFailed(
          "No server of key provider " + Fields.text(provider, "provider") + " can be used.");
    }
  }
}
