package io.keymoor.cli.vm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm template}. */
@Command(
    name = "template",
    description = "Make a VM a template, which does not start; its keys stay as they are.",
    mixinStandardHelpOptions = true)
final class VmTemplate implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(names = "--off", description = "Make it a VM again.")
  private boolean off;

  VmTemplate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode json = session.manager().templateVm(vm, !off);
    session.done(
        json,
        Fields.text(json, "name")
            + (off ? " is a VM again and may start." : " is a template and does not start."));
  }
}
