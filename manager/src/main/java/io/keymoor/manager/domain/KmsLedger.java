package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.standard.KeyLedger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One provider's ledger in the database, each entry in a transaction of its own. */
final class KmsLedger implements KeyLedger {
  private final Transactions transactions;
  private final UUID provider;
  private final InstantSource clock;

  KmsLedger(Transactions transactions, UUID provider, InstantSource clock) {
    this.transactions = transactions;
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public void asked(List<Intent> intents) {
    Instant now = clock.instant();
    transactions.in(stores -> {
      stores
          .kmsKeys()
          .asked(
              intents.stream()
                  .map(it -> new KmsKey(it.mark(), provider, it.purpose(), now, Optional.empty()))
                  .toList());
      return true;
    });
  }

  @Override
  public void made(Map<UUID, KeyId> byMark) {
    transactions.in(stores -> {
      stores.kmsKeys().made(byMark, clock.instant());
      return true;
    });
  }

  @Override
  public void notMade(Collection<UUID> marks) {
    if (!marks.isEmpty()) {
      transactions.in(stores -> {
        stores.kmsKeys().forget(marks);
        return true;
      });
    }
  }
}
