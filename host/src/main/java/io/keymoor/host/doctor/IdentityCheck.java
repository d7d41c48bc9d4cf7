package io.keymoor.host.doctor;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.link.OwnCertificate;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Whether the configuration opens, the host is enrolled and its certificate in time.
 *
 * @param directory the agent's
 * @param clock the time
 */
record IdentityCheck(HostDirectory directory, InstantSource clock) implements Check {
  private static final Duration LATE = Duration.ofDays(30);

  @Override
  public List<Finding> look() {
    try (HostConfiguration configuration = HostConfiguration.open(directory, new SecureRandom())) {
      Enrolment enrolment = Enrolment.look(directory, configuration);
      CertificateLife life = CertificateLife.of(enrolment.identity().certificate());
      return List.of(
          Finding.ok("enrolment", "Enrolled at " + enrolment.manager() + "."), judge(life));
    } catch (ConfigurationException unusable) {
      return List.of(
          Finding.fix(
              "enrolment", "The host can't be used.", String.valueOf(unusable.getMessage())));
    }
  }

  private Finding judge(CertificateLife life) {
    Instant now = clock.instant();
    if (life.isOver(now) || life.isAhead(now)) {
      return Finding.fix(
          "certificate",
          "The host's certificate is out of its time.",
          OwnCertificate.fault(life, now));
    }
    if (life.ends().minus(LATE).isBefore(now)) {
      return Finding.warn(
          "certificate",
          "The host's certificate ends on " + life.ends() + " and was not renewed.",
          "See that the agent runs and reaches its manager; it renews by itself.");
    }
    return Finding.ok(
        "certificate",
        "Valid until " + life.ends() + "; renewed by itself from " + life.renewal() + " on.");
  }
}
