package io.keymoor.protocol;

import java.util.Optional;

/**
 * The manager has stored a report.
 *
 * @param hostKek the KEK under which the host shall make its host key, while it reports none
 * @param attest whether the host shall prove its TPM ({@link AttestationClaim})
 */
public record ReportReply(Optional<HostKek> hostKek, boolean attest) {
  /** Of a host that need not prove anything. */
  public ReportReply(Optional<HostKek> hostKek) {
    this(hostKek, false);
  }
}
