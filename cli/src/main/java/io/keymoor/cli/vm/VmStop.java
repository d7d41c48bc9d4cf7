package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm stop}. */
@Command(
    name = "stop",
    description = "Shut a VM down, or power it off.",
    mixinStandardHelpOptions = true)
final class VmStop implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(names = "--force", description = "Power off at once, without asking the guest.")
  private boolean force;

  @Mixin private WaitOption wait = new WaitOption();

  VmStop(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().stopVm(vm, force), wait.waits());
  }
}
