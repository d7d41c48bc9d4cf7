package io.keymoor.host;

import io.keymoor.protocol.HostCommand;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.record.KeyRecordCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host adopt}: exit status 0 when all of it is done, otherwise 1. */
@Command(
    name = "adopt",
    description =
        "Define VMs of a lost host on this one, from their homes on the shared storage, and start"
            + " them if asked. The agent of this host does it; neither manager nor KMS is needed. A"
            + " VM that may run elsewhere is refused.",
    mixinStandardHelpOptions = true)
final class AdoptCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

  @Parameters(
      paramLabel = "HOME",
      arity = "1..*",
      description = "Homes of VMs: the directories NAME.keymoor beside their first disks.")
  private List<Path> homes = List.of();

  @Option(
      names = "--fenced",
      description =
          "The host that ran them is off for certain: its power was cut, or it can reach the storage"
              + " no more. Keymoor can't know that.")
  private boolean fenced;

  @Option(names = "--start", description = "Start them too.")
  private boolean start;

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      defaultValue = "/run/keymoor",
      description = "The agent's; otherwise ${DEFAULT-VALUE}.")
  private Path runtime = Path.of("");

  AdoptCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    boolean all = true;
    for (Path home : homes) {
      all &= adopt(home.toAbsolutePath().normalize());
    }
    return all ? 0 : 1;
  }

  private boolean adopt(Path home) {
    Optional<UUID> vm = vm(home);
    if (vm.isEmpty()) {
      err.println(
          "keymoor host: "
              + home
              + " is no home of a VM: it holds no readable record.json. Nothing was changed.");
      return false;
    }
    String id = "local-" + UUID.randomUUID();
    HostCommand adopt = new HostCommand.AdoptVm(id, vm.get(), home.toString(), fenced);
    return done(adopt) && (!start || done(new HostCommand.StartVm(id + "-start", vm.get())));
  }

  private boolean done(HostCommand command) {
    try {
      out.println(LocalRequest.done(runtime.toAbsolutePath(), command));
      return true;
    } catch (CommandRefused refused) {
      err.println("keymoor host: " + refused.getMessage());
      return false;
    }
  }

  private static Optional<UUID> vm(Path home) {
    try (InputStream in = Files.newInputStream(home.resolve("record.json"))) {
      byte[] json = in.readNBytes(KeyRecordCodec.MAX_LENGTH + 1);
      return Optional.of(KeyRecordCodec.read(new String(json, StandardCharsets.UTF_8)).objectId());
    } catch (IOException | ProviderException unreadable) {
      return Optional.empty();
    }
  }
}
