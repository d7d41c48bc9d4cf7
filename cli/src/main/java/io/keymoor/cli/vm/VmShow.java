package io.keymoor.cli.vm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Facts;
import io.keymoor.cli.output.Quantity;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm show}. */
@Command(
    name = "show",
    description = "Show a VM: what is encrypted, under which provider and key.",
    mixinStandardHelpOptions = true)
final class VmShow implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  VmShow(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode json = session.manager().vm(vm);
    List<String> lines =
        new ArrayList<>(
            new Facts()
                .add("Name", Fields.text(json, "name"))
                .add("UUID", Fields.text(json, "id"))
                .add("Host", host(json))
                .add("Template", Fields.flag(json, "template") ? "yes" : "")
                .add("Power", Fields.state(json, "power"))
                .add("Encryption", Fields.state(json, "encryption").replace('_', ' '))
                .add("Keys", keys(json))
                .add("Locked because", Fields.text(json, "locked_reason"))
                .add("vTPM", Fields.flag(json, "vtpm") ? "yes" : "no")
                .add("Key record", generation(json))
                .lines());
    section(lines, parts(json));
    section(lines, history(json));
    session.print(json, lines);
  }

  private void section(List<String> lines, Table table) {
    if (!table.isEmpty()) {
      lines.add("");
      lines.addAll(table.lines(session.terminal().style()));
    }
  }

  private static Table parts(JsonNode vm) {
    Table table = new Table("PART", "ENCRYPTED", "PROVIDER", "KEY ID", "FORMAT", "SIZE", "NOTE");
    for (JsonNode part : Fields.list(vm, "parts")) {
      double size = part.path("size_bytes").asDouble(0);
      String image = Fields.text(part, "image");
      String note = Fields.text(part, "note");
      table.row(
          Fields.text(part, "part"),
          Fields.flag(part, "encrypted") ? "yes" : "no",
          Fields.text(part, "provider.name"),
          Fields.text(part, "key_id"),
          Fields.text(part, "format"),
          size > 0 ? Quantity.bytes(size) : "",
          note.isEmpty() ? image : note);
    }
    return table;
  }

  private static Table history(JsonNode vm) {
    Table table = new Table("WHEN", "WHAT", "RESULT");
    for (JsonNode event : Fields.list(vm, "history")) {
      table.row(
          Fields.instant(event, "at"), Fields.text(event, "action"), Fields.text(event, "result"));
    }
    return table;
  }

  private static String generation(JsonNode vm) {
    String number = Fields.text(vm, "generation");
    return number.isEmpty() || number.equals("0") ? "" : "generation " + number;
  }

  static String host(JsonNode vm) {
    String name = Fields.text(vm, "host.name");
    return name.isEmpty() ? Fields.text(vm, "host") : name;
  }

  /** Whether the keys can be had; nothing for a VM without any. */
  static String keys(JsonNode vm) {
    return Fields.state(vm, "encryption").equals("none") ? "" : Fields.state(vm, "crypto_state");
  }

  /** The providers of its parts, each once. */
  static String providers(JsonNode vm) {
    return String.join(
        ", ",
        Fields.list(vm, "parts").stream()
            .map(part -> Fields.text(part, "provider.name"))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList());
  }
}
