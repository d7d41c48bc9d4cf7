package io.keymoor.provider.standard;

import io.keymoor.provider.ProviderException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Fetches the certificates by which servers show themselves, for a person to compare and confirm
 * (S2). Nothing is said to a server but what opens a TLS connection. Thread-safe.
 */
public final class ServerCertificates {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ServerCertificates() {}

  /**
   * What a server showed.
   *
   * @param health how far one gets; the layer TRUST or anything beyond means that there is a
   *     certificate
   * @param certificate the certificate
   */
  public record Shown(KmsHealth health, Optional<X509Certificate> certificate) {
    /** The server. */
    public KmsServer server() {
      return health.server();
    }
  }

  /** Asks every server, all at once. */
  public static List<Shown> fetch(List<KmsServer> servers) {
    if (servers.isEmpty()) {
      throw new ProviderException.KmsNotUsable("There is no server. Nothing was changed.");
    }
    KmsAccess nobody =
        new KmsAccess(
            servers,
            KmsAccess.Order.ROUND_ROBIN,
            TIMEOUT,
            List.of(),
            Optional.empty(),
            Optional.empty());
    try (KmsCluster cluster = new KmsCluster(nobody)) {
      return cluster.health().stream()
          .map(health -> new Shown(health, cluster.shownBy(health.server())))
          .toList();
    }
  }
}
