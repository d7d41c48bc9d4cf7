package io.keymoor.manager.kms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.KmsKeys;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.ProviderView;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Providers;
import io.keymoor.manager.domain.StandardKeys;
import io.keymoor.manager.domain.Vault;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.NewStandardProvider;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.store.EmbeddedDatabase;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A manager's services for standard providers over a real database and a real KMS of one node. */
final class TestKeyServices implements AutoCloseable {
  static final Caller ADMIN = new Caller("admin:admin", "127.0.0.1", Set.of());

  private final SecureRandom random = new SecureRandom();
  private final LabKms kms;
  private final EmbeddedDatabase server;
  private final Database database;
  private final Vault vault;
  private MovedClock clock = new MovedClock();
  private Optional<KmsServices> services = Optional.empty();

  TestKeyServices(Path directory) {
    kms = new LabKms(directory);
    kms.start("first");
    Path password = directory.resolve("password");
    SealedFile.replace(password, "a password of the test".getBytes(US_ASCII));
    server =
        EmbeddedDatabase.start(
            directory.resolve("postgres"),
            Path.of("target", "postgres-binaries").toAbsolutePath(),
            password);
    database = Database.open(server.url(), server.user(), server.password());
    vault = new Vault(SecretBytes.random(32, random), random);
  }

  /** Each test has a manager's services, and a time, of its own. */
  void open() {
    services.ifPresent(before -> before.connections().close());
    clock = new MovedClock();
    services = Optional.of(over(database));
  }

  /** Another manager's services, whose transactions may be broken. */
  KmsServices over(Transactions transactions) {
    return KmsServices.of(
        transactions,
        new Audit(transactions, clock),
        vault,
        new UUID(0, 1),
        new ProviderViews(clock, Duration.ofMinutes(1)),
        new Bell(),
        clock,
        random);
  }

  @Override
  public void close() {
    services().connections().close();
    database.close();
    server.close();
    kms.close();
  }

  LabKms kms() {
    return kms;
  }

  EmbeddedDatabase server() {
    return server;
  }

  Database database() {
    return database;
  }

  MovedClock clock() {
    return clock;
  }

  KmsServices services() {
    return services.orElseThrow();
  }

  /** A provider that both sides trust; the KMS takes all of them for one client. */
  UUID provider(String name, ProviderEntry.Mode mode) {
    return provider(name, mode, Optional.empty(), kms.place("first"));
  }

  /** As the other, with an id that it had before, at a place of one's own. */
  UUID provider(String name, ProviderEntry.Mode mode, Optional<UUID> id, String place) {
    ProviderView made =
        services()
            .providers()
            .create(
                ADMIN,
                new NewStandardProvider(
                    name,
                    id,
                    mode,
                    List.of(KmsServer.at(place)),
                    KmsAccess.Order.ROUND_ROBIN,
                    KmsAccess.DEFAULT_TIMEOUT,
                    List.of(),
                    Pem.certificate(kms.authority()),
                    false));
    kms.register("keymoor", services().trusting().identity(name).certificate(), Optional.empty());
    assertThat(services().providers().check(name).health().details()).isEmpty();
    return made.entry().id();
  }

  /** Deletes a provider; its keys stay in the KMS. */
  void delete(String name) {
    new Providers(
            database,
            new Audit(database, clock),
            vault,
            new Bell(),
            new ProviderViews(clock, Duration.ofMinutes(1)),
            clock)
        .delete(ADMIN, name, Optional.of(name));
  }

  static List<KeyPurpose> purposes(KeyPurpose.Kind kind, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> new KeyPurpose(kind, new UUID(1, i), kind + " " + i))
        .toList();
  }

  List<KeyId> issue(UUID provider, List<KeyPurpose> purposes) {
    return services().keys().issue(provider, purposes).stream()
        .map(outcome -> ((StandardKeys.Outcome.Issued) outcome).id())
        .toList();
  }

  Map<KeyId, KeyCheckValue> checks(UUID provider, Collection<KeyId> ids) {
    try (Supply supply = services().keys().fetch(provider, ids)) {
      assertThat(supply.missing()).isEmpty();
      return supply.keys().stream().collect(Collectors.toMap(IssuedKey::id, IssuedKey::check));
    }
  }

  List<KmsKeys.Line> listed(String provider, KmsKeys.Use use) {
    return services().inventory().list(provider).stream()
        .filter(line -> line.use() == use)
        .toList();
  }
}
