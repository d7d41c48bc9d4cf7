package io.keymoor.host;

import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.protocol.HostCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host migrate}: exit status 0 when the VM runs on the other host, otherwise 1. */
@Command(
    name = "migrate",
    description =
        "Move a running encrypted VM from this host to another one of its cluster while the manager is away. The agents of both hosts do it; neither manager nor KMS is needed. With a manager: keymoor vm migrate.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private LibvirtOptions libvirt = new LibvirtOptions();

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description =
          "What keymoor host address prints on the other host, - for standard input: ssh kvm2 keymoor host address | keymoor host migrate VM --to -")
  private String to = "";

  private final PrintStream out;
  private final PrintStream err;

  MigrateCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return Told.by(out, err, this::work);
  }

  private String work() throws IOException {
    HostCard card = card();
    requireAnotherOfTheCluster(card);
    UUID id = running();
    return LocalRequest.done(
        host.runtime(),
        new HostCommand.MigrateVm(
            "local-" + UUID.randomUUID(),
            id,
            card.host(),
            card.name(),
            card.uri(),
            card.address()));
  }

  private HostCard card() throws IOException {
    try (InputStream in = to.equals("-") ? System.in : Files.newInputStream(Path.of(to))) {
      return HostCard.read(in)
          .orElseThrow(() ->
              new CommandRefused(
                  "What --to names is not what keymoor host address prints. The VM runs on here."));
    } catch (NoSuchFileException missing) {
      throw new CommandRefused(
          "There is no file "
              + to
              + ". The VM runs on here. Make it on the other host with: keymoor host address");
    }
  }

  /** As the manager has it: keys go to the hosts of one cluster. */
  private void requireAnotherOfTheCluster(HostCard card) throws IOException {
    Path file = HostCard.in(host.runtime());
    if (!Files.exists(file)) {
      throw new CommandRefused(
          "No VM leaves this host: its agent does not run, or runs without --migration-uri and"
              + " --migration-address. The VM runs on here. Start the agent with both.");
    }
    HostCard own;
    try (InputStream in = Files.newInputStream(file)) {
      own =
          HostCard.read(in)
              .orElseThrow(() ->
                  new CommandRefused(
                      file
                          + " is damaged. The VM runs on here. Start this host's agent anew, which"
                          + " writes it."));
    }
    if (card.host().equals(own.host())) {
      throw new CommandRefused(
          "This is the address of this host itself. The VM runs on here. Run keymoor host address"
              + " on the other one.");
    }
    if (!card.cluster().equals(own.cluster())) {
      throw new CommandRefused(
          "Host "
              + card.name()
              + " is in another cluster, whose hosts this one's keys don't go to. The VM runs on"
              + " here.");
    }
  }

  private UUID running() {
    try (Hypervisor hypervisor = libvirt.hypervisor()) {
      return LibvirtOptions.running(
              hypervisor,
              vm,
              "is off, and only running VMs are migrated. It was left as it is. On the other host"
                  + " it is had with: keymoor host adopt HOME")
          .id();
    }
  }
}
