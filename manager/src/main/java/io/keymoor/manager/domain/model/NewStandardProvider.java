package io.keymoor.manager.domain.model;

import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A standard provider that is to be made.
 *
 * @param name its name
 * @param id its id where it had one before (R13); a fresh one otherwise
 * @param mode what the KMS holds for it
 * @param servers servers of the KMS
 * @param order which of them a request goes to first
 * @param timeout how long a request may take
 * @param fingerprints of certificates that were compared and may be trusted
 * @param authorities PEM text of authorities, or of servers' certificates, to trust; may be empty
 * @param evenUnreachable whether it is made though a server can't be reached now
 */
public record NewStandardProvider(
    String name,
    Optional<UUID> id,
    ProviderEntry.Mode mode,
    List<KmsServer> servers,
    KmsAccess.Order order,
    Duration timeout,
    List<String> fingerprints,
    String authorities,
    boolean evenUnreachable) {
  public NewStandardProvider {
    servers = List.copyOf(servers);
    fingerprints = List.copyOf(fingerprints);
  }
}
