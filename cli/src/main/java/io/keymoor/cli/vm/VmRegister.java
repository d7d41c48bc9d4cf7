package io.keymoor.cli.vm;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WrongUsage;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor vm register}. */
@Command(
    name = "register",
    description = "Take a libvirt domain into the inventory. Nothing is encrypted by that.",
    mixinStandardHelpOptions = true)
final class VmRegister implements Runnable {
  private final Session session;

  @Parameters(
      paramLabel = "DOMAIN",
      arity = "0..1",
      description = "The domain's name or UUID in libvirt.")
  private String domain = "";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The host it is on; may be left out when there is one only.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--all", description = "Every domain of the host that is not registered.")
  private boolean all;

  @Option(
      names = "--template",
      description = "Other VMs are made of it: it does not start, and is rekeyed like a VM.")
  private boolean template;

  VmRegister(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (all && template) {
      throw new WrongUsage("--template goes with one domain, not with --all.");
    }
    if (all == !domain.isEmpty()) {
      throw new WrongUsage("Name a domain, or say --all; not both.");
    }
    if (all) {
      JsonNode answer = session.manager().bulk().registerAll(host.orElseGet(this::onlyHost));
      session.done(
          answer,
          Fields.count(answer, "registered") + " VMs registered; nothing about them was changed.");
      return;
    }
    String where = host.orElseGet(this::onlyHost);
    JsonNode vm =
        template
            ? session.manager().registerTemplate(where, domain)
            : session.manager().registerVm(where, domain);
    session.done(
        vm,
        (template ? "Template " : "VM ")
            + Fields.text(vm, "name")
            + " registered; nothing about it was changed.");
  }

  private String onlyHost() {
    List<JsonNode> hosts = Fields.list(session.manager().hosts(), "hosts");
    if (hosts.size() != 1) {
      throw new CommandFailed(
          "There are " + hosts.size() + " hosts. Nothing was registered; name one with --host.");
    }
    return Fields.text(hosts.getFirst(), "name");
  }
}
