package io.keymoor.host.link;

import io.keymoor.crypto.CertificateLife;
import java.time.Instant;

/** What to say of an own certificate that is out of its time. */
public final class OwnCertificate {
  private OwnCertificate() {}

  /** The sentence for a life that is over or ahead. */
  public static String fault(CertificateLife life, Instant now) {
    return life.isAhead(now)
        ? "This host's certificate begins on "
            + life.begins()
            + ", and its clock says "
            + now
            + ": set the clock. VMs run and start meanwhile."
        : "This host's certificate ended on "
            + life.ends()
            + "; its clock says "
            + now
            + ". If the clock is right, the manager does not let this host in any more; VMs run and"
            + " start without it. Let it join again, it keeps its identity, keys and VMs: on the"
            + " manager, keymoor host token create --host NAME ; here, keymoor host join, then start"
            + " the agent anew.";
  }
}
