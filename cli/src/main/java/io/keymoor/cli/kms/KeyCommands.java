package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor key}. */
@Command(
    name = "key",
    description = "Keys that standard key providers have in their KMS.",
    mixinStandardHelpOptions = true)
public final class KeyCommands {
  private static final String NO_MORE =
      "Copies and backups that this manager does not know may still need them.";

  private final Session session;

  private KeyCommands(Session session) {
    this.session = session;
  }

  /** The command with its subcommands. */
  public static CommandLine tree(Session session) {
    return new CommandLine(new KeyCommands(session));
  }

  @Command(
      name = "list",
      description = "List the keys of a provider in its KMS, and what needs them.",
      mixinStandardHelpOptions = true)
  void list(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(names = "--unneeded", description = "Only what nothing needs.") boolean unneeded,
      @Option(
              names = "--in-kms",
              description =
                  "Ask the KMS itself: how each key stands there, and which there are under this provider's id that this manager does not know.")
          boolean inKms) {
    JsonNode answer = session.manager().kms().keys(provider, inKms);
    warn(answer);
    session.print(
        answer,
        table(unneeded ? unneeded(answer) : Fields.list(answer, "keys")),
        unneeded
            ? "Every key of " + provider + " is needed."
            : "There is no key of " + provider + " in its KMS.");
  }

  @Command(
      name = "reclaim",
      description =
          "Show the keys that nothing needs; destroy in the KMS, for good, those that you confirm by id.",
      mixinStandardHelpOptions = true)
  void reclaim(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(
              names = "--confirm",
              paramLabel = "ID",
              description = "Destroy the key with this id; once for each key.")
          List<String> confirmed,
      @Option(
              names = "--in-kms",
              description = "Show also what the KMS has under this provider's id unknown to us.")
          boolean inKms) {
    List<String> ids = confirmed == null ? List.of() : confirmed;
    if (ids.isEmpty()) {
      JsonNode answer = session.manager().kms().keys(provider, inKms);
      warn(answer);
      List<JsonNode> keys = unneeded(answer);
      session.print(answer, table(keys), "Every key of " + provider + " is needed.");
      if (!keys.isEmpty()) {
        session
            .terminal()
            .err()
            .println(
                "Nothing was destroyed. "
                    + NO_MORE
                    + " Destroy with: keymoor key reclaim "
                    + provider
                    + " --confirm ID");
      }
      return;
    }
    JsonNode done = session.manager().kms().reclaim(provider, ids);
    List<String> lines = new ArrayList<>();
    Fields.list(done, "destroyed").forEach(id -> lines.add("Destroyed: " + id.asText()));
    Fields.list(done, "left")
        .forEach(it ->
            lines.add("Left:      " + Fields.text(it, "id") + ": " + Fields.text(it, "detail")));
    session.print(done, lines);
    if (!Fields.list(done, "left").isEmpty()) {
      throw new CommandFailed("Not every key could be destroyed; the others are as they were.");
    }
  }

  private void warn(JsonNode answer) {
    String why = Fields.text(answer, "unsearched");
    if (!why.isEmpty()) {
      session.warn(
          "the KMS could not be searched for keys that this manager does not know: " + why);
    }
  }

  private static List<JsonNode> unneeded(JsonNode answer) {
    return Fields.list(answer, "keys").stream()
        .filter(it -> List.of("UNNEEDED", "UNRECORDED").contains(Fields.text(it, "use")))
        .toList();
  }

  private static Table table(List<JsonNode> keys) {
    boolean asked = keys.stream().anyMatch(key -> !Fields.text(key, "in_kms").isEmpty());
    Table table =
        asked
            ? new Table("KEY", "USE", "NEEDED BY", "MADE FOR", "ASKED", "IN THE KMS")
            : new Table("KEY", "USE", "NEEDED BY", "MADE FOR", "ASKED");
    for (JsonNode key : keys) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  Fields.text(key, "id"),
                  Fields.text(key, "use").toLowerCase(Locale.ROOT),
                  Fields.text(key, "needed_by"),
                  Fields.text(key, "made_for"),
                  Fields.instant(key, "asked")));
      if (asked) {
        row.add(Fields.text(key, "in_kms"));
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }
}
