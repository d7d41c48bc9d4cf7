package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm encrypt}. */
@Command(
    name = "encrypt",
    description = "Encrypt a VM: its home and disks, or chosen parts. It may run meanwhile.",
    mixinStandardHelpOptions = true)
final class VmEncrypt implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "The key provider to use; otherwise the default.")
  private Optional<String> provider = Optional.empty();

  @Option(
      names = "--part",
      paramLabel = "PART",
      description =
          "Only this part: home, or disk: and the target, such as disk:vda. Repeat for more; otherwise home and all disks.")
  private List<String> parts = List.of();

  @Mixin private RewriteOptions rewrite = new RewriteOptions();

  @Mixin private WaitOption wait = new WaitOption();

  VmEncrypt(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(
        session.manager().encryptVm(vm, provider, parts, rewrite.rewriting()), wait.waits());
  }
}
