package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm migrate}. */
@Command(
    name = "migrate",
    description =
        "Move a running VM to another host of its cluster, over TLS with keys for this once. When it"
            + " fails or is cancelled, the VM runs on where it was.",
    mixinStandardHelpOptions = true)
final class VmMigrate implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(names = "--to", paramLabel = "HOST", required = true, description = "The host.")
  private String to = "";

  @Mixin private WaitOption wait = new WaitOption();

  VmMigrate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().migrateVm(vm, to), wait.waits());
  }
}
