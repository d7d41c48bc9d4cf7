package io.keymoor.host.doctor;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.link.ManagerProbe;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the manager can be reached, layer by layer, and what its clock says.
 *
 * @param directory the agent's
 * @param clock the time
 */
record ManagerCheck(HostDirectory directory, InstantSource clock) implements Check {
  private static final Duration MOST_SKEW = Duration.ofMinutes(2);

  @Override
  public List<Finding> look() {
    try (HostConfiguration configuration = HostConfiguration.open(directory, new SecureRandom())) {
      Enrolment enrolment = Enrolment.look(directory, configuration);
      return judge(enrolment, new ManagerProbe(clock).probe(enrolment));
    } catch (ConfigurationException notEnrolled) {
      return List.of(
          Finding.warn(
              "manager",
              "Not tried: the host is not enrolled.",
              "See what is said under enrolment."));
    }
  }

  private static List<Finding> judge(Enrolment enrolment, ManagerProbe.Result result) {
    return switch (result) {
      case ManagerProbe.Result.Reached reached -> {
        List<Finding> findings = new ArrayList<>();
        findings.add(
            Finding.ok("manager", enrolment.manager() + " answers and lets this host in."));
        reached.skew().map(ManagerCheck::clock).ifPresent(findings::add);
        yield findings;
      }
      case ManagerProbe.Result.Failed failed ->
          List.of(
              Finding.warn(
                  "manager",
                  enrolment.manager()
                      + " can't be reached; layer: "
                      + failed.layer()
                      + ". "
                      + failed.reason(),
                  failed.advice()));
    };
  }

  private static Finding clock(Duration skew) {
    return skew.abs().compareTo(MOST_SKEW) <= 0
        ? Finding.ok("clock", "Within " + MOST_SKEW.toMinutes() + " minutes of the manager's.")
        : Finding.fix(
            "clock",
            "The clock is "
                + skew.abs().toMinutes()
                + " minutes "
                + (skew.isNegative() ? "behind" : "ahead of")
                + " the manager's: certificates are refused beyond five minutes.",
            "Set it: timedatectl set-ntp true (systemd-timesyncd or chrony).");
  }
}
