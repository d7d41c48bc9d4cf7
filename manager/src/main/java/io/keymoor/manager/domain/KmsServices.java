package io.keymoor.manager.domain;

import io.keymoor.manager.domain.port.Transactions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Everything about standard providers, built together because its parts share connections.
 *
 * @param connections open connections, to be closed at the end
 * @param providers providers and their servers
 * @param trusting trust both ways
 * @param keys KEKs
 * @param inventory keys that are in KMSes
 * @param upkeep what is done from time to time
 * @param rotations of wrapping keys
 */
public record KmsServices(
    KmsConnections connections,
    StandardProviders providers,
    KmsTrusting trusting,
    StandardKeys keys,
    KmsKeys inventory,
    KmsUpkeep upkeep,
    Rotations rotations) {
  /** Builds them for one manager. */
  public static KmsServices of(
      Transactions transactions,
      Audit audit,
      Vault vault,
      UUID manager,
      ProviderViews views,
      Bell hostNews,
      InstantSource clock,
      SecureRandom random) {
    KmsConnections connections = new KmsConnections(transactions, vault, clock);
    KmsCertificates certificates = new KmsCertificates(vault, manager, random);
    WrappedKeks wrapped = new WrappedKeks(transactions, clock, random);
    Rotations rotations = new Rotations(transactions, audit, connections, wrapped, clock);
    StandardProviders providers =
        new StandardProviders(
            transactions, audit, connections, certificates, views, hostNews, clock);
    return new KmsServices(
        connections,
        providers,
        new KmsTrusting(transactions, providers, certificates, vault, clock),
        new StandardKeys(connections, wrapped, new FreshKeks(clock)),
        new KmsKeys(transactions, audit, connections, clock),
        new KmsUpkeep(transactions, audit, connections, rotations, clock),
        rotations);
  }
}
