package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.FormerCertificate;
import io.keymoor.manager.domain.model.HostCertificate;
import java.util.Optional;
import java.util.UUID;

/** Which certificates open the host link, and which no longer do. */
public interface HostCertificates {
  /** Absent for a host that an earlier version enrolled, until its first renewal. */
  Optional<HostCertificate> of(UUID host);

  void save(HostCertificate certificate);

  /** Remembers it; one that is remembered stays as it is. */
  void retire(FormerCertificate certificate);

  Optional<FormerCertificate> former(String fingerprint);
}
