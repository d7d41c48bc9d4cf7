package io.keymoor.manager.domain;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.ProviderBackup;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderUsage;
import io.keymoor.provider.catalog.RestorePlan;
import io.keymoor.secret.SecretBytes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Export and restore of native providers (N1, N2). Thread-safe. */
public final class ProviderBackups {
  private final Transactions transactions;
  private final Audit audit;
  private final Vault vault;
  private final Bell hostNews;
  private final Downloads downloads;
  private final InstantSource clock;

  public ProviderBackups(
      Transactions transactions,
      Audit audit,
      Vault vault,
      Bell hostNews,
      Downloads downloads,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.vault = vault;
    this.hostNews = hostNews;
    this.downloads = downloads;
    this.clock = clock;
  }

  /** Prepares a backup file for one download. The caller zeroes {@code password}. */
  public Downloads.Offer export(Caller caller, String nameOrId, char[] password) {
    return audit.attempt(
        caller,
        Subject.named("provider.export", "provider", nameOrId),
        () ->
            transactions.in(stores -> {
              ProviderEntry entry = stores.providers().catalog().require(nameOrId);
              ProviderCatalog.requireNative(entry, "backup");
              byte[] file = file(stores, entry, password);
              String protection = password.length == 0 ? "without a password" : "";
              audit.ok(stores, caller, Subject.about("provider.export", entry), protection);
              return downloads.offer(caller.name(), entry.id(), file);
            }));
  }

  private byte[] file(Stores stores, ProviderEntry entry, char[] password) {
    try (SecretBytes kdk = vault.open(entry.id(), stores.providers().sealedKdk(entry.id()));
        ProviderBackup backup =
            new ProviderBackup(
                entry.id(),
                entry.name().text(),
                entry.tpmRequired(),
                clock.instant(),
                kdk.copy())) {
      return backup.write(password);
    }
  }

  /**
   * Takes what was offered; that works once.
   *
   * @throws Refusal when token, caller or time are not right
   */
  public Downloads.Pending take(Caller caller, String id, String token) {
    return audit.attempt(
        caller,
        Subject.named("provider.download", "download", id),
        () -> downloads.take(caller.name(), id, token));
  }

  /** The file was sent but for its last byte: from now on the provider counts as backed up. */
  public void delivered(Caller caller, Downloads.Pending download) {
    transactions.in(stores -> {
      ProviderCatalog catalog = stores.providers().lockedCatalog();
      Optional<ProviderEntry> found = catalog.find(download.provider());
      if (found.isPresent()) {
        ProviderEntry entry =
            catalog
                .backedUp(download.provider(), clock.instant())
                .find(download.provider())
                .orElseThrow(IllegalStateException::new);
        stores.providers().update(entry);
        audit.ok(stores, caller, Subject.about("provider.backup", entry), "");
      }
      return true;
    });
  }

  /**
   * What a restore did or would do.
   *
   * @param plan the provider and whether it comes new
   * @param exported when the file was made
   * @param unlocks names of the VMs that wait for it
   */
  public record Restored(RestorePlan plan, Instant exported, List<String> unlocks) {
    public Restored {
      unlocks = List.copyOf(unlocks);
    }
  }

  /**
   * Restores a provider from its file, or only says what that would do. The caller zeroes {@code
   * file} and {@code password}.
   *
   * @throws io.keymoor.crypto.CryptoException when file or password are wrong
   */
  public Restored restore(
      Caller caller, byte[] file, char[] password, Optional<String> name, boolean dryRun) {
    return audit.attempt(
        caller,
        Subject.named("provider.restore", "provider", name.orElse("")),
        () -> {
          try (ProviderBackup backup = ProviderBackup.read(file, password)) {
            Restored done =
                transactions.in(stores -> restore(stores, caller, backup, name, dryRun));
            if (!dryRun) {
              hostNews.ring();
            }
            return done;
          }
        });
  }

  private Restored restore(
      Stores stores, Caller caller, ProviderBackup backup, Optional<String> name, boolean dryRun) {
    Instant now = clock.instant();
    ProviderEntry wanted =
        new ProviderEntry(
            backup.provider(),
            new ProviderName(name.orElse(backup.name())),
            List.of(),
            new ProviderEntry.Native(
                backup.tpmRequired(), KeyCheckValue.of(backup.kdk()), Optional.of(now)),
            now);
    RestorePlan plan = stores.providers().lockedCatalog().planRestore(wanted);
    boolean fresh = plan.effect() == RestorePlan.Effect.CREATED;
    List<String> unlocks =
        fresh
            ? Usage.of(backup.provider(), stores).vms().stream()
                .map(ProviderUsage.Use::name)
                .toList()
            : List.of();
    if (!dryRun && fresh) {
      stores.providers().insert(plan.entry(), vault.seal(backup.provider(), backup.kdk()));
      stores.estate().newRevisions(now);
    }
    if (!dryRun) {
      String effect = fresh ? "restored" : "was there already, unchanged";
      audit.ok(stores, caller, Subject.about("provider.restore", plan.entry()), effect);
    }
    return new Restored(plan, backup.exported(), unlocks);
  }
}
