package io.keymoor.cli.vm;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm decrypt}. */
@Command(
    name = "decrypt",
    description = "Decrypt a VM, or chosen parts. It may run meanwhile.",
    mixinStandardHelpOptions = true)
final class VmDecrypt implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--part",
      paramLabel = "PART",
      description =
          "Only this part: home, or disk: and the target, such as disk:vda. Repeat for more; otherwise all that is encrypted.")
  private List<String> parts = List.of();

  @Mixin private RewriteOptions rewrite = new RewriteOptions();

  @Mixin private WaitOption wait = new WaitOption();

  VmDecrypt(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().decryptVm(vm, parts, rewrite.rewriting()), wait.waits());
  }
}
