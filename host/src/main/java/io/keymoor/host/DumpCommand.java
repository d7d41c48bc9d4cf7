package io.keymoor.host;

import io.keymoor.host.dump.DumpRefused;
import io.keymoor.host.dump.MemoryDump;
import io.keymoor.host.dump.SealedOutput;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host dump}. */
@Command(
    name = "dump",
    description =
        "Write the memory of a running VM into an encrypted file, as a core file for crash or gdb. The VM pauses meanwhile and goes on. Clear memory reaches no disk.",
    mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
  @Mixin private DumpOptions options = new DumpOptions();

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

  @Option(
      names = "--libvirt",
      paramLabel = "URI",
      defaultValue = "qemu:///system",
      description = "Its libvirt; otherwise ${DEFAULT-VALUE}.")
  private String uri = "";

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to make.")
  private Path file = Path.of("");

  private final PrintStream out;
  private final PrintStream err;

  DumpCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return Told.by(out, err, this::work);
  }

  private String work() throws IOException {
    Optional<SecretBytes> password = options.password();
    try (Hypervisor hypervisor = new Libvirt(uri)) {
      Domain domain =
          Stream.concat(
                  hypervisor.domain(vm).stream(),
                  hypervisor.domains().stream()
                      .filter(one -> one.id().toString().equalsIgnoreCase(vm)))
              .findFirst()
              .orElseThrow(
                  () -> new DumpRefused("libvirt has no VM \"" + vm + "\". Nothing was written."));
      if (!domain.active()) {
        throw new DumpRefused(
            "VM \"" + domain.name() + "\" is off and has no memory. Nothing was written.");
      }
      new SealedOutput(file, "memory-dump", options.recipients(password))
          .write(new MemoryDump(hypervisor, domain.id(), options.runtime()), new SecureRandom());
      return "The memory of VM "
          + domain.name()
          + " is in "
          + file
          + ", encrypted. Open it with: keymoor host decrypt-bundle "
          + file
          + " --out NEW";
    } finally {
      password.ifPresent(SecretBytes::close);
    }
  }
}
