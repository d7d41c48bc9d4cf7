package io.keymoor.cli.host;

import io.keymoor.cli.command.Session;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host attest}. */
@Command(
    name = "attest",
    description =
        "Have a host prove anew that it has the TPM it has; approve that TPM, where its maker's authority is not trusted (keymoor tpm ca).",
    mixinStandardHelpOptions = true)
final class HostAttest implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  @ArgGroup(exclusive = true)
  private Choice choice = new Choice();

  /** At most one of the two. */
  static final class Choice {
    @Option(
        names = "--approve",
        paramLabel = "FINGERPRINT",
        description =
            "Trust the TPM with this endorsement key, in this host. Compare it before with what keymoor host tpm show says on the host itself.")
    private Optional<String> approve = Optional.empty();

    @Option(
        names = "--withdraw",
        description =
            "Approve no TPM of this host any more, and forget what it proved: its TPM was replaced, or the approval was a mistake.")
    private boolean withdraw;
  }

  @Option(
      names = "--force",
      description = "With --withdraw: also where VMs of the host then can't be powered on there.")
  private boolean force;

  HostAttest(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (choice.approve.isPresent()) {
      session.manager().tpms().approve(host, choice.approve.get());
      session.done(
          "The TPM with this endorsement key is trusted in host "
              + host
              + ", as soon as the host proves that it has it: keymoor host show "
              + host);
    } else if (choice.withdraw) {
      session.manager().tpms().withdraw(host, force);
      session.done(
          "No TPM of host "
              + host
              + " is trusted by approval. Providers that require a TPM 2.0 don't give it their keys"
              + " until another is, or its maker's authority.");
    } else {
      session.manager().tpms().attest(host);
      session.done(
          "Host "
              + host
              + " is asked to prove its TPM. What came of it: keymoor host show "
              + host);
    }
  }
}
