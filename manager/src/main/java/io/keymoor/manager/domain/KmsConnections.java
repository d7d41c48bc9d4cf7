package io.keymoor.manager.domain;

import io.keymoor.crypto.ClientKeys;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.StandardKeyProvider;
import io.keymoor.secret.SecretBytes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Open connections to the KMSes of standard providers, made anew when somebody changed how they are
 * reached, on whichever manager. Thread-safe.
 */
public final class KmsConnections implements AutoCloseable {
  private final Transactions transactions;
  private final Vault vault;
  private final InstantSource clock;
  private final Map<UUID, Open> open = new ConcurrentHashMap<>();

  public KmsConnections(Transactions transactions, Vault vault, InstantSource clock) {
    this.transactions = transactions;
    this.vault = vault;
    this.clock = clock;
  }

  private record Known(ProviderEntry entry, KmsSettings settings) {
    ProviderEntry.Mode mode() {
      return switch (entry.kind()) {
        case ProviderEntry.Standard it -> it.mode();
        case ProviderEntry.Native _ -> throw new ProviderException.StandardOnly(entry.name());
      };
    }

    boolean isSameAs(Known other) {
      return entry.reference().equals(other.entry.reference())
          && settings.revision() == other.settings.revision();
    }
  }

  /** One provider as it was opened; closed once nobody is at work with it. */
  private static final class Open {
    private final Known known;
    private final StandardKeyProvider provider;
    private final ReentrantReadWriteLock users = new ReentrantReadWriteLock();
    private boolean closed;

    private Open(Known known, StandardKeyProvider provider) {
      this.known = known;
      this.provider = provider;
    }

    private void close() {
      users.writeLock().lock();
      try {
        closed = true;
        provider.close();
      } finally {
        users.writeLock().unlock();
      }
    }
  }

  /**
   * Works with a provider. Never to be called inside a transaction.
   *
   * @throws ProviderException when there is no such standard provider
   */
  <T> T with(UUID provider, Function<StandardKeyProvider, T> work) {
    return with(provider, (mode, kms) -> work.apply(kms));
  }

  /** As the other {@code with}, for work that depends on what the KMS holds. */
  <T> T with(UUID provider, BiFunction<ProviderEntry.Mode, StandardKeyProvider, T> work) {
    Known known = transactions.in(stores -> known(stores, provider));
    while (true) {
      Open current = current(known);
      current.users.readLock().lock();
      try {
        if (!current.closed) {
          return work.apply(current.known.mode(), current.provider);
        }
      } finally {
        current.users.readLock().unlock();
      }
    }
  }

  private static Known known(Stores stores, UUID provider) {
    ProviderEntry entry =
        stores
            .providers()
            .catalog()
            .find(provider)
            .orElseThrow(() -> new ProviderException.NotFound(provider.toString()));
    KmsSettings settings =
        stores
            .kms()
            .settings(provider)
            .orElseThrow(() -> new ProviderException.StandardOnly(entry.name()));
    return new Known(entry, settings);
  }

  private Open current(Known wanted) {
    return open.compute(
        wanted.entry().id(),
        (id, before) -> {
          if (before != null && before.known.isSameAs(wanted)) {
            return before;
          }
          if (before != null) {
            closeLater(before);
          }
          return new Open(
              wanted,
              new StandardKeyProvider(
                  wanted.entry().reference(),
                  access(id, wanted.settings()),
                  new KmsLedger(transactions, id, clock)));
        });
  }

  /** Whoever is at work with it may take a while. */
  private static void closeLater(Open old) {
    Thread.ofVirtual().name("kms-close").start(old::close);
  }

  private KmsAccess access(UUID provider, KmsSettings settings) {
    KmsSettings.Identity identity = settings.identity();
    try (SecretBytes key = vault.open(provider, Vault.Use.CLIENT_KEY, identity.sealedKey())) {
      return new KmsAccess(
          settings.servers(),
          settings.order(),
          settings.timeout(),
          settings.trusted(),
          Optional.of(new KmsAccess.Identity(ClientKeys.privateKey(key), identity.chain())),
          settings
              .login()
              .map(login ->
                  new KmsAccess.Login(
                      login.user(),
                      login
                          .sealedPassword()
                          .map(sealed -> vault.open(provider, Vault.Use.PASSWORD, sealed)))));
    }
  }

  /** Closes what was opened for providers that are no more. */
  void keepOnly(Set<UUID> providers) {
    for (UUID id : List.copyOf(open.keySet())) {
      if (!providers.contains(id)) {
        Optional.ofNullable(open.remove(id)).ifPresent(KmsConnections::closeLater);
      }
    }
  }

  @Override
  public void close() {
    open.values().forEach(Open::close);
    open.clear();
  }
}
