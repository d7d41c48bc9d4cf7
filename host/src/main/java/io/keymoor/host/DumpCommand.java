package io.keymoor.host;

import io.keymoor.host.dump.MemoryDump;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor host dump}. */
@Command(
    name = "dump",
    description =
        "Write the memory of a running VM into an encrypted file, as a core file for crash or gdb. The VM pauses meanwhile and goes on. Clear memory reaches no disk.",
    mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private LibvirtOptions libvirt = new LibvirtOptions();
  @Mixin private SealedFileOptions sealed = new SealedFileOptions();

  @Parameters(paramLabel = "VM", description = "The VM's name or UUID.")
  private String vm = "";

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
    try (Hypervisor hypervisor = libvirt.hypervisor()) {
      Domain domain =
          LibvirtOptions.running(hypervisor, vm, "is off and has no memory. Nothing was written.");
      sealed.write(host, "memory-dump", new MemoryDump(hypervisor, domain.id(), host.runtime()));
      return "The memory of VM "
          + domain.name()
          + " is in "
          + sealed.file()
          + ", encrypted. Open it with: keymoor host decrypt-bundle "
          + sealed.file()
          + " --out NEW";
    }
  }
}
