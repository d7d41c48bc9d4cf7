package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm start}. */
@Command(name = "start", description = "Power a VM on.", mixinStandardHelpOptions = true)
final class VmStart implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Mixin private WaitOption wait = new WaitOption();

  VmStart(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().startVm(vm), wait.waits());
  }
}
