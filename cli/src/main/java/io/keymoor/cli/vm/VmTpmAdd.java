package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm tpm add}. */
@Command(
    name = "add",
    description = "Add a virtual TPM 2.0; its state and the VM's home are encrypted.",
    mixinStandardHelpOptions = true)
final class VmTpmAdd implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "The key provider to use; otherwise the default.")
  private Optional<String> provider = Optional.empty();

  @Mixin private WaitOption wait = new WaitOption();

  VmTpmAdd(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().addTpm(vm, provider), wait.waits());
  }
}
