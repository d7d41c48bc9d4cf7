package io.keymoor.kms.command;

import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.store.AuditEvents;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what was done. */
@Command(
    name = "audit",
    description = "Show the latest operations.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  private final Output output;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  @Option(names = "--object", paramLabel = "ID", description = "Only what concerns this object.")
  private String object = "";

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many. Default: ${DEFAULT-VALUE}")
  private int most;

  AuditCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    try (OpenStore store = OpenStore.toAdminister(directory.settings(), new SecureRandom())) {
      Columns columns = new Columns("WHEN", "CLIENT", "FROM", "OPERATION", "OBJECT", "RESULT");
      for (AuditEvent event : new AuditEvents(store.database()).latest(object, Math.max(1, most))) {
        columns.row(
            event.at().toString(),
            event.client(),
            event.peer(),
            event.operation(),
            event.objectId().isEmpty() ? "-" : event.objectId(),
            event.result());
      }
      columns.print(output.out(), "Nothing was done yet.");
    }
    return 0;
  }
}
