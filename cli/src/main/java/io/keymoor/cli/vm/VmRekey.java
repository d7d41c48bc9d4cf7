package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm rekey}. */
@Command(
    name = "rekey",
    description =
        "Shallow rekey: a new key over the data keys, also while the VM runs; or move it to another provider.",
    mixinStandardHelpOptions = true)
final class VmRekey implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "The key provider to use; otherwise the one it is under.")
  private Optional<String> provider = Optional.empty();

  @Option(names = "--deep", description = "Deep rekey: new data keys, all data written anew.")
  private boolean deep;

  @Mixin private WaitOption wait = new WaitOption();

  VmRekey(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().rekeyVm(vm, provider, deep), wait.waits());
  }
}
