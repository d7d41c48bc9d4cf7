package io.keymoor.cli.vm;

import io.keymoor.cli.client.Rewriting;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymoor vm rekey}. */
@Command(
    name = "rekey",
    description =
        "Shallow rekey: a new key over the data keys; or move the VM to another provider. It may run meanwhile.",
    mixinStandardHelpOptions = true)
final class VmRekey implements Runnable {
  private final Session session;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "The key provider to use; otherwise the one it is under.")
  private Optional<String> provider = Optional.empty();

  @Option(names = "--deep", description = "Deep rekey: new data keys too, all data written anew.")
  private boolean deep;

  @Mixin private RewriteOptions rewrite = new RewriteOptions();

  @Mixin private WaitOption wait = new WaitOption();

  VmRekey(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    Rewriting how = rewrite.rewriting();
    if (!deep && !how.equals(Rewriting.CHOSEN)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--live, --copy, --in-place and --limit are for a deep rekey: add --deep.");
    }
    String task =
        deep
            ? session.manager().rekeyVmDeeply(vm, provider, how)
            : session.manager().rekeyVm(vm, provider);
    session.follow(task, wait.waits());
  }
}
