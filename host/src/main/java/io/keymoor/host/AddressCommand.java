package io.keymoor.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keymoor host address}. */
@Command(
    name = "address",
    description =
        "Print how VMs come to this host, for keymoor host migrate on another one. There is no secret in it.",
    mixinStandardHelpOptions = true)
final class AddressCommand implements Callable<Integer> {
  @Mixin private HostOptions host = new HostOptions();

  private final PrintStream out;
  private final PrintStream err;

  AddressCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return Told.by(out, err, this::work);
  }

  private String work() throws IOException {
    if (Files.exists(HostCard.in(host.runtime()))) {
      try (InputStream in = Files.newInputStream(HostCard.in(host.runtime()))) {
        return HostCard.read(in).orElseThrow(AddressCommand::none).text();
      }
    }
    throw none();
  }

  private static CommandRefused none() {
    return new CommandRefused(
        "No VM comes to this host: its agent does not run, or runs without --migration-uri and"
            + " --migration-address. Start it with both.");
  }
}
