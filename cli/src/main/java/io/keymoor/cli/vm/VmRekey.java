package io.keymoor.cli.vm;

import io.keymoor.cli.client.BulkClient;
import io.keymoor.cli.client.Rewriting;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.List;
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
        "Shallow rekey: a new key over the data keys; or move VMs to another provider. They may run meanwhile.",
    mixinStandardHelpOptions = true)
final class VmRekey implements Runnable {
  private final Session session;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "VM", arity = "0..*", description = "Names or UUIDs of VMs.")
  private List<String> vms = List.of();

  @Option(names = "--all", description = "Every encrypted VM, as one task.")
  private boolean all;

  @Option(
      names = "--cluster",
      paramLabel = "CLUSTER",
      description = "Every encrypted VM of this cluster, as one task.")
  private Optional<String> cluster = Optional.empty();

  @Option(
      names = "--anew",
      description = "Begin with all of them, even if an earlier task was not finished.")
  private boolean anew;

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
    int ways = (all ? 1 : 0) + (cluster.isPresent() ? 1 : 0) + (vms.isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Say which VMs: names, or --cluster, or --all; one of the three.");
    }
    if (vms.size() == 1) {
      rekeyOne(vms.getFirst(), how);
      return;
    }
    if (deep) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "A deep rekey is for one VM at a time: it writes all data anew.");
    }
    session.followMany(
        session.manager().bulk().rekey(new BulkClient.Which(cluster, vms), provider, anew),
        wait.waits());
  }

  private void rekeyOne(String vm, Rewriting how) {
    String task =
        deep
            ? session.manager().rekeyVmDeeply(vm, provider, how)
            : session.manager().rekeyVm(vm, provider);
    session.follow(task, wait.waits());
  }
}
