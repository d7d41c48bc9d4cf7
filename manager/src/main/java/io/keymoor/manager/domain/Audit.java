package io.keymoor.manager.domain;

import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderException;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The audit trail (A3). What was done is written in the transaction that does it; what was refused
 * is written on its own, since its transaction leaves nothing. Thread-safe.
 */
public final class Audit {
  private static final int MOST = 1000;

  private final Transactions transactions;
  private final InstantSource clock;

  public Audit(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Events after {@code after}, or the newest ones; oldest first. */
  public List<AuditEvent> list(OptionalLong after, int limit) {
    int most = Math.clamp(limit, 1, MOST);
    return transactions.in(stores ->
        after.isPresent()
            ? stores.audit().after(after.getAsLong(), most)
            : stores.audit().newest(most));
  }

  /** Runs {@code work}; when it is refused, that is audited and passed on. */
  public <T> T attempt(Caller caller, Subject subject, Supplier<T> work) {
    try {
      return work.get();
    } catch (Refusal.ConfirmationRequired question) {
      // Showing the impact refuses nothing.
      throw question;
    } catch (Refusal refused) {
      refused(caller, subject, refused.code(), refused.sentence());
      throw refused;
    } catch (ProviderException refused) {
      refused(caller, subject, refused.code(), String.valueOf(refused.getMessage()));
      throw refused;
    } catch (CryptoException refused) {
      refused(caller, subject, "backup_refused", String.valueOf(refused.getMessage()));
      throw refused;
    }
  }

  /** Like {@link #attempt} for work without a result. */
  public void attempt(Caller caller, Subject subject, Runnable work) {
    attempt(
        caller,
        subject,
        () -> {
          work.run();
          return true;
        });
  }

  public void ok(Stores stores, Caller caller, Subject subject, String detail) {
    write(stores, caller.name(), caller.address(), subject, "ok", detail);
  }

  public void write(
      Stores stores, String actor, String from, Subject subject, String result, String detail) {
    stores.audit().append(event(actor, from, subject, result, detail));
  }

  /** An event of this moment, for writing with others. */
  public AuditEvent event(
      String actor, String from, Subject subject, String result, String detail) {
    return new AuditEvent(
        0,
        clock.instant(),
        actor,
        from,
        subject.action(),
        subject.object(),
        subject.provider(),
        subject.keyId(),
        result,
        detail);
  }

  private void refused(Caller caller, Subject subject, String code, String sentence) {
    transactions.in(stores -> {
      write(stores, caller.name(), caller.address(), subject, "refused", code + ": " + sentence);
      return true;
    });
  }
}
