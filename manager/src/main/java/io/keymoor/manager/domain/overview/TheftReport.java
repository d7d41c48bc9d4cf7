package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.model.ObjectRef;
import java.util.List;

/**
 * What somebody could read who steals a host (H8), the worst first. Judged from what the host
 * reported last.
 *
 * @param host the host
 * @param findings one for each thing that a thief would try
 */
public record TheftReport(ObjectRef host, List<Finding> findings) {
  public TheftReport {
    findings = List.copyOf(findings);
  }

  /** How much a thief needs. */
  public enum Exposure {
    /** Its disks alone are enough. */
    DISKS,
    /** The whole machine, booted as it always was. */
    WHOLE_HOST,
    /** The manager does not know; the reason says who does. */
    UNKNOWN,
    /** Nothing can be read once the host was without power. */
    CLOSED
  }

  /**
   * One thing a thief would try.
   *
   * @param subject what it is about, such as a provider's name
   * @param exposure how much he needs
   * @param vms names of the VMs of this host that it opens
   * @param reason why
   * @param remedy what would change it; empty when nothing needs to
   */
  public record Finding(
      String subject, Exposure exposure, List<String> vms, String reason, String remedy) {
    public Finding {
      vms = List.copyOf(vms);
    }
  }
}
