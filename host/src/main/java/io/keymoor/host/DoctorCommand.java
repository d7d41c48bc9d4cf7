package io.keymoor.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.host.doctor.Doctor;
import io.keymoor.host.doctor.Finding;
import io.keymoor.protocol.LinkJson;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keymoor host doctor}: exit status 0 when nothing must be put right, otherwise 1. */
@Command(
    name = "doctor",
    description =
        "Look at this host and say what must be put right and how. Changes nothing; may run beside the agent. Run it as root.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private final PrintStream out;

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

  @Mixin private DoctorOptions looked = new DoctorOptions();

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  DoctorCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    List<Finding> findings = looked.doctor().examine();
    if (json) {
      out.println(new String(LinkJson.write(findings), UTF_8));
    } else {
      findings.forEach(this::print);
    }
    return Doctor.mustFix(findings) ? 1 : 0;
  }

  private void print(Finding finding) {
    out.printf(
        Locale.ROOT,
        "%-5s %-15s %s%n",
        finding.level().name().toLowerCase(Locale.ROOT),
        finding.check(),
        finding.text());
    finding.advice().ifPresent(advice -> out.printf(Locale.ROOT, "%21s -> %s%n", "", advice));
  }
}
