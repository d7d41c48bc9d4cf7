package io.keymoor.manager.domain;

import io.keymoor.manager.domain.port.KeyIssuing;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.List;
import java.util.UUID;

/**
 * New KEKs of any provider: ids that hosts derive from, or keys that a KMS makes. Thread-safe.
 *
 * @param transactions to look the provider up
 * @param standardKeys for those of standard providers
 */
public record NewKeys(Transactions transactions, StandardKeys standardKeys) implements KeyIssuing {
  private static final KeyIssuing DERIVED = KeyIssuing.derived();

  @Override
  public List<Outcome> issue(UUID provider, List<KeyPurpose> purposes) {
    try {
      return switch (type(provider)) {
        case NATIVE -> DERIVED.issue(provider, purposes);
        case STANDARD ->
            standardKeys.issue(provider, purposes).stream().map(NewKeys::outcome).toList();
      };
    } catch (ProviderException none) {
      return purposes.stream().map(purpose -> refused(none)).toList();
    }
  }

  private ProviderType type(UUID provider) {
    return transactions.in(stores ->
        stores
            .providers()
            .catalog()
            .find(provider)
            .map(ProviderEntry::type)
            .orElseThrow(() -> new ProviderException.NotFound(provider.toString())));
  }

  private static Outcome outcome(StandardKeys.Outcome outcome) {
    return switch (outcome) {
      case StandardKeys.Outcome.Issued issued -> new Outcome.Issued(issued.id());
      case StandardKeys.Outcome.Failed failed -> refused(failed.reason());
    };
  }

  private static Outcome refused(ProviderException reason) {
    boolean lasting =
        reason instanceof ProviderException.KeyNotIssued notIssued && notIssued.isLasting();
    return new Outcome.Refused(reason.code(), String.valueOf(reason.getMessage()), lasting);
  }
}
