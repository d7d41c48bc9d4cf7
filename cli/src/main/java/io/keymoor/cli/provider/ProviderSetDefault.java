package io.keymoor.cli.provider;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WrongUsage;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider set-default}. */
@Command(
    name = "set-default",
    description = "Set or clear the default key provider of the manager or of a cluster.",
    mixinStandardHelpOptions = true)
final class ProviderSetDefault implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", arity = "0..1", description = "The provider's name or UUID.")
  private Optional<String> provider = Optional.empty();

  @Option(names = "--cluster", paramLabel = "CLUSTER", description = "For this cluster only.")
  private Optional<String> cluster = Optional.empty();

  @Option(names = "--none", description = "Have no default.")
  private boolean none;

  ProviderSetDefault(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    String where = cluster.map(name -> "cluster " + name).orElse("the manager");
    if (none == provider.isPresent()) {
      throw new WrongUsage("Name either a provider or --none.");
    }
    if (none) {
      session.manager().clearDefault(cluster);
      session.done("There is no default key provider of " + where + " any more.");
    } else {
      session.manager().setDefault(provider.get(), cluster);
      session.done(provider.get() + " is now the default key provider of " + where + ".");
    }
  }
}
