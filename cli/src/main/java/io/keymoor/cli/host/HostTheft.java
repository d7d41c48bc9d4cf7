package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor host theft}. */
@Command(
    name = "theft",
    description =
        "What could be read by somebody who steals this host: with its disks alone, with the whole machine, or not at all. And what would change it.",
    mixinStandardHelpOptions = true)
final class HostTheft implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  HostTheft(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode answer = session.manager().bulk().theft(host);
    Table table = new Table("A THIEF NEEDS", "TO READ", "VMS");
    List<String> why = new ArrayList<>();
    for (JsonNode finding : Fields.list(answer, "findings")) {
      String subject = Fields.text(finding, "subject");
      table.row(needed(Fields.text(finding, "exposure")), subject, Fields.names(finding, "vms"));
      why.add("");
      why.add(subject + ": " + Fields.text(finding, "reason"));
      String remedy = Fields.text(finding, "remedy");
      if (!remedy.isEmpty()) {
        why.add("  -> " + remedy);
      }
    }
    List<String> lines = new ArrayList<>(table.lines(session.terminal().style()));
    lines.addAll(why);
    session.print(answer, lines);
  }

  private static String needed(String exposure) {
    return switch (exposure) {
      case "disks" -> "its disks";
      case "whole_host" -> "the whole machine";
      case "closed" -> "can't";
      default -> "not known";
    };
  }
}
