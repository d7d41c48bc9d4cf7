package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm unlock}. */
@Command(
    name = "unlock",
    description = "Try now to unlock a locked VM; it is also tried by itself.",
    mixinStandardHelpOptions = true)
final class VmUnlock implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--accept-older-record",
      description =
          "The VM was restored from a backup: accept its key record although this host has seen a newer one.")
  private boolean acceptOlderRecord;

  @Mixin private WaitOption wait = new WaitOption();

  VmUnlock(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().unlockVm(vm, acceptOlderRecord), wait.waits());
  }
}
