package io.keymoor.cli.kms;

import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider rotate}. */
@Command(
    name = "rotate",
    description =
        "Make a new wrapping key in the KMS and wrap every key under it; old wrapping keys stay.",
    mixinStandardHelpOptions = true)
final class ProviderRotate implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Mixin private WaitOption wait = new WaitOption();

  ProviderRotate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    session.follow(session.manager().kms().rotate(provider), wait.waits());
  }
}
