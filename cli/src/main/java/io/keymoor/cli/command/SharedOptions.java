package io.keymoor.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
public final class SharedOptions {
  /** What results look like. */
  public enum OutputFormat {
    table,
    json
  }

  @Option(
      names = "--context",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Manager and identity to use; otherwise KEYMOOR_CONTEXT, otherwise"
              + " ~/.config/keymoor/context.json.")
  private Optional<Path> context = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      defaultValue = "table",
      description = "table for people (default) or json for scripts.")
  private OutputFormat output = OutputFormat.table;

  public Optional<Path> context() {
    return context;
  }

  public OutputFormat output() {
    return output;
  }
}
