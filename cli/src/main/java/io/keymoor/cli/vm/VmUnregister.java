package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm unregister}. */
@Command(
    name = "unregister",
    description = "Drop a VM from the inventory. Its files and keys stay as they are.",
    mixinStandardHelpOptions = true)
final class VmUnregister implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  VmUnregister(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.manager().unregisterVm(vm);
    session.done("VM " + vm + " is no longer in the inventory; its files were left as they are.");
  }
}
