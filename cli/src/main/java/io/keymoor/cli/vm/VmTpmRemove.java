package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm tpm remove}. */
@Command(
    name = "remove",
    description =
        "Remove the virtual TPM and everything in it. What the guest sealed with it (BitLocker keys, for example) is lost.",
    mixinStandardHelpOptions = true)
final class VmTpmRemove implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Mixin private WaitOption wait = new WaitOption();

  VmTpmRemove(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().removeTpm(vm), wait.waits());
  }
}
