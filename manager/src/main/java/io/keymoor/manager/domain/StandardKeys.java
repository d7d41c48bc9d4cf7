package io.keymoor.manager.domain;

import io.keymoor.manager.domain.port.KekSupply;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.FoundKeys;
import io.keymoor.provider.standard.Issue;
import io.keymoor.provider.standard.StandardKeyProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * KEKs of standard providers: issued for objects, and fetched for hosts. Never to be called inside
 * a transaction, but for {@link #fresh}. Thread-safe.
 */
public final class StandardKeys implements KekSupply, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StandardKeys.class.getName());

  private final KmsConnections connections;
  private final WrappedKeks wrapped;
  private final FreshKeks fresh;
  private final FetchedKeks fetched = new FetchedKeks();

  StandardKeys(KmsConnections connections, WrappedKeks wrapped, FreshKeks fresh) {
    this.connections = connections;
    this.wrapped = wrapped;
    this.fresh = fresh;
  }

  /** What came of asking for a new key. */
  public sealed interface Outcome {
    /** There is a key of this id; it is on record, whether it will be used or not. */
    record Issued(KeyId id) implements Outcome {}

    /** There is none to use; the exception says why. */
    record Failed(ProviderException reason) implements Outcome {}
  }

  /**
   * Has a new KEK made.
   *
   * @throws ProviderException when there is none to use
   */
  public KeyId issue(UUID provider, KeyPurpose purpose) {
    return switch (issue(provider, List.of(purpose)).getFirst()) {
      case Outcome.Issued issued -> issued.id();
      case Outcome.Failed failed -> throw failed.reason();
    };
  }

  /**
   * Has many KEKs made, in few round trips; the results are in the order of the purposes.
   *
   * @throws ProviderException when there is no such standard provider
   */
  public List<Outcome> issue(UUID provider, List<KeyPurpose> purposes) {
    return connections.with(
        provider,
        (mode, kms) ->
            switch (mode) {
              case ProviderEntry.KeyPerObject _ -> issue(kms, purposes);
              case ProviderEntry.WrappingKey it -> wrapped.issue(kms, it.place(), purposes);
            });
  }

  private List<Outcome> issue(StandardKeyProvider kms, List<KeyPurpose> purposes) {
    ProviderName name = kms.reference().name();
    List<Outcome> outcomes = new ArrayList<>();
    for (Issue issue : kms.issueKeys(purposes)) {
      outcomes.add(
          switch (issue) {
            case Issue.Issued issued -> {
              fresh.keep(issued.key());
              yield new Outcome.Issued(issued.key().id());
            }
            case Issue.Refused refused ->
                new Outcome.Failed(
                    new ProviderException.KeyNotIssued(name, refused.reason(), refused.lasting()));
            case Issue.Unknown unknown ->
                new Outcome.Failed(new ProviderException.KeyOutcomeUnknown(name, unknown.reason()));
          });
    }
    return outcomes;
  }

  @Override
  public List<IssuedKey> fresh(UUID provider, Collection<KeyId> ids) {
    return fresh.take(provider, ids);
  }

  /** Erases the new keys that nobody wanted in time; to be called often. */
  public void expire() {
    fresh.expire();
  }

  /**
   * Sees in their KMS to some of the keys that were fetched: activates those whose making was cut
   * short. What could not be done is left to the next time that they are fetched. To be called now
   * and then; may take as long as a network does.
   */
  public void attend() {
    fetched.take().forEach((provider, ids) -> attend(provider, ids));
  }

  private void attend(UUID provider, List<KeyId> ids) {
    try {
      var _ = connections.with(provider, kms -> kms.attend(ids));
    } catch (ProviderException gone) {
      LOG.log(System.Logger.Level.DEBUG, "Fetched keys of {0} not seen to: {1}", provider, gone);
    }
  }

  /** Erases the new keys that nobody took. */
  @Override
  public void close() {
    fresh.close();
  }

  @Override
  public Supply fetch(UUID provider, Collection<KeyId> ids) {
    try {
      return connections.with(
          provider,
          (mode, kms) ->
              switch (mode) {
                case ProviderEntry.KeyPerObject _ -> {
                  FoundKeys found = kms.fetch(ids);
                  fetched.add(provider, found.keys().stream().map(IssuedKey::id).toList());
                  yield new Supply(found.keys(), found.missing());
                }
                case ProviderEntry.WrappingKey _ -> wrapped.fetch(kms, ids);
              });
    } catch (ProviderException none) {
      Map<KeyId, String> missing = new LinkedHashMap<>();
      ids.forEach(id -> missing.put(id, String.valueOf(none.getMessage())));
      return new Supply(List.of(), missing);
    }
  }
}
