package io.keymoor.manager.kms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.keymoor.manager.domain.StandardKeys;
import io.keymoor.manager.domain.Vault;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.model.NewStandardProvider;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.manager.domain.port.WrappedKekStore.WrappingKey;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.store.EmbeddedDatabase;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardKeysTest {
  private static final Caller ADMIN = new Caller("admin:admin", "127.0.0.1", Set.of());
  private static final Duration MONTH = Duration.ofDays(30);

  private final SecureRandom random = new SecureRandom();
  private LabKms kms;
  private EmbeddedDatabase server;
  private Database database;
  private Vault vault;
  private MovedClock clock = new MovedClock();
  private KmsServices services;

  @BeforeAll
  void start(@TempDir Path directory) {
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
  @BeforeEach
  void open() {
    clock = new MovedClock();
    services =
        KmsServices.of(
            database,
            new Audit(database, clock),
            vault,
            new UUID(0, 1),
            new ProviderViews(clock, Duration.ofMinutes(1)),
            new Bell(),
            clock,
            random);
  }

  @AfterEach
  void close() {
    services.connections().close();
  }

  @AfterAll
  void stop() {
    database.close();
    server.close();
    kms.close();
  }

  /** A provider that both sides trust; the KMS takes all of them for one client. */
  private UUID provider(String name, ProviderEntry.Mode mode) {
    ProviderView made =
        services
            .providers()
            .create(
                ADMIN,
                new NewStandardProvider(
                    name,
                    Optional.empty(),
                    mode,
                    List.of(KmsServer.at(kms.place("first"))),
                    KmsAccess.Order.ROUND_ROBIN,
                    KmsAccess.DEFAULT_TIMEOUT,
                    List.of(),
                    Pem.certificate(kms.authority()),
                    false));
    kms.register("keymoor", services.trusting().identity(name).certificate(), Optional.empty());
    assertThat(services.providers().check(name).health().details()).isEmpty();
    return made.entry().id();
  }

  private static List<KeyPurpose> purposes(KeyPurpose.Kind kind, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> new KeyPurpose(kind, new UUID(1, i), kind + " " + i))
        .toList();
  }

  private List<KeyId> issue(UUID provider, List<KeyPurpose> purposes) {
    return services.keys().issue(provider, purposes).stream()
        .map(outcome -> ((StandardKeys.Outcome.Issued) outcome).id())
        .toList();
  }

  private Map<KeyId, KeyCheckValue> checks(UUID provider, Collection<KeyId> ids) {
    try (Supply supply = services.keys().fetch(provider, ids)) {
      assertThat(supply.missing()).isEmpty();
      return supply.keys().stream().collect(Collectors.toMap(IssuedKey::id, IssuedKey::check));
    }
  }

  private List<KmsKeys.Line> listed(String provider, KmsKeys.Use use) {
    return services.inventory().list(provider).stream().filter(line -> line.use() == use).toList();
  }

  @Test
  void theDocumentedCountsOfKeysComeOut() {
    UUID provider = provider("counted", new ProviderEntry.KeyPerObject());
    List<KeyPurpose> all = new ArrayList<>(purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1000));
    all.addAll(purposes(KeyPurpose.Kind.HOST, 32));
    all.addAll(purposes(KeyPurpose.Kind.DATASTORE_DEVICE, 64));
    List<KeyId> ids = issue(provider, all);

    assertThat(services.inventory().list("counted")).hasSize(1096);
    assertThat(Set.copyOf(checks(provider, ids).values())).hasSize(1096);
  }

  @Test
  void aYearOfMonthlyRotationsLeavesThirteenWrappingKeysAndEveryKekAsItWas() {
    UUID provider = provider("wrapped", new ProviderEntry.WrappingKey(Optional.of(MONTH)));
    List<KeyId> ids = issue(provider, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 600));
    assertThat(services.inventory().list("wrapped")).as("in the KMS").hasSize(1);
    assertThat(ids).allSatisfy(id -> assertThat(id.text()).startsWith("w1."));
    Map<KeyId, KeyCheckValue> before = checks(provider, ids);
    assertThat(Set.copyOf(before.values())).hasSize(600);

    for (int month = 0; month < 12; month++) {
      clock.forward(MONTH);
      assertThat(services.upkeep().round()).isEmpty();
    }

    assertThat(services.upkeep().wrappingKeys(provider)).hasSize(13);
    assertThat(services.inventory().list("wrapped")).hasSize(13);
    KeyId inUse = services.upkeep().wrappingKeys(provider).getFirst().id();
    assertThat(
            database.<Integer>in(
                stores -> stores.wrappedKeks().notUnder(provider, inUse, 1000).size()))
        .isZero();
    assertThat(checks(provider, ids)).isEqualTo(before);
  }

  @Test
  void aManagerWithoutTheIndexOpensWrappedKeysWithTheKmsAlone() {
    ProviderEntry.Mode mode = new ProviderEntry.WrappingKey(Optional.empty());
    UUID lost = provider("lost", mode);
    List<KeyId> ids = issue(lost, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 3));
    Map<KeyId, KeyCheckValue> before = checks(lost, ids);

    UUID rebuilt = provider("rebuilt", mode);

    assertThat(checks(rebuilt, ids)).isEqualTo(before);
  }

  @Test
  void aRotationThatWasKilledHalfwayIsFinishedByTheNextRound() {
    UUID provider = provider("halfway", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids = issue(provider, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 5));
    Map<KeyId, KeyCheckValue> before = checks(provider, ids);
    KeyId fresh =
        services
            .keys()
            .issue(
                provider("other", new ProviderEntry.KeyPerObject()),
                new KeyPurpose(KeyPurpose.Kind.KEY_PROVIDER, provider, "halfway"));
    database.in(stores -> {
      stores.wrappedKeks().use(provider, new WrappingKey(fresh, clock.instant()));
      return true;
    });

    assertThat(services.upkeep().round()).isEmpty();

    assertThat(
            database.<Integer>in(
                stores -> stores.wrappedKeks().notUnder(provider, fresh, 1000).size()))
        .isZero();
    assertThat(checks(provider, ids)).isEqualTo(before);
  }

  @Test
  void whatNothingNeedsIsDestroyedOnlyWhenItIsNamedAndOldEnough() {
    UUID provider = provider("tidy", new ProviderEntry.KeyPerObject());
    KeyId key = issue(provider, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1)).getFirst();
    assertThat(listed("tidy", KmsKeys.Use.YOUNG)).hasSize(1);
    assertThatThrownBy(() -> services.inventory().reclaim(ADMIN, "tidy", List.of(key)))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("less than an hour ago");

    clock.forward(Duration.ofHours(2));
    assertThat(listed("tidy", KmsKeys.Use.UNNEEDED)).hasSize(1);
    assertThatThrownBy(
            () -> services.inventory().reclaim(ADMIN, "tidy", List.of(new KeyId("another"))))
        .isInstanceOf(Refusal.NotFound.class);
    KmsKeys.Reclaimed done = services.inventory().reclaim(ADMIN, "tidy", List.of(key));

    assertThat(done.destroyed()).containsExactly(key);
    assertThat(services.inventory().list("tidy")).isEmpty();
    try (Supply supply = services.keys().fetch(provider, List.of(key))) {
      assertThat(supply.missing().get(key)).contains("destroyed in the KMS");
    }
  }

  @Test
  void aRequestWithoutAnAnswerIsSearchedForAndForgottenWhenItMadeNothing() {
    UUID provider = provider("searched", new ProviderEntry.KeyPerObject());
    asked(provider, new UUID(7, 7));
    assertThat(listed("searched", KmsKeys.Use.UNANSWERED)).hasSize(1);
    clock.forward(Duration.ofMinutes(3));
    assertThat(services.upkeep().round()).isEmpty();
    assertThat(listed("searched", KmsKeys.Use.UNANSWERED))
        .as("another server may have it still")
        .hasSize(1);

    clock.forward(Duration.ofMinutes(40));
    assertThat(services.upkeep().round()).isEmpty();

    assertThat(services.inventory().list("searched")).isEmpty();
  }

  @Test
  void aKeyWhoseAnswerWasLostIsFoundByItsMarkAndListed() {
    UUID provider = provider("orphaned", new ProviderEntry.KeyPerObject());
    KeyId made = issue(provider, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1)).getFirst();
    UUID mark = services.inventory().list("orphaned").getFirst().key().mark();
    forgetTheAnswer(mark);
    asked(provider, mark);
    assertThat(listed("orphaned", KmsKeys.Use.UNANSWERED)).hasSize(1);
    clock.forward(Duration.ofMinutes(3));

    assertThat(services.upkeep().round()).isEmpty();

    assertThat(services.inventory().list("orphaned"))
        .extracting(line -> line.key().id())
        .containsExactly(Optional.of(made));
  }

  /** Takes the row away that knows of the answer, as if there had been none. */
  private void forgetTheAnswer(UUID mark) {
    try (Connection direct =
            DriverManager.getConnection(server.url(), server.user(), server.password());
        PreparedStatement forget = direct.prepareStatement("DELETE FROM kms_key WHERE mark = ?")) {
      forget.setObject(1, mark);
      forget.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void asked(UUID provider, UUID mark) {
    database.in(stores -> {
      stores
          .kmsKeys()
          .asked(
              List.of(
                  new KmsKey(
                      mark,
                      provider,
                      purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1).getFirst(),
                      clock.instant(),
                      Optional.empty())));
      return true;
    });
  }

  @Test
  void certificatesNearTheirEndAreComplainedAboutAMonthAhead() {
    UUID provider = provider("ageing", new ProviderEntry.KeyPerObject());
    clock.forward(Duration.ofDays(375));
    assertThat(services.providers().check("ageing").health().details())
        .singleElement()
        .asString()
        .contains("The certificate of server " + kms.place("first") + " is valid until");
    clock.forward(Duration.ofDays(330));
    assertThat(services.providers().check("ageing").health().details().toString())
        .contains("manager's own certificate for this KMS is valid until");
    assertThat(issue(provider, purposes(KeyPurpose.Kind.HOST, 1))).hasSize(1);
  }

  @Test
  void aProviderThatIsStillThereIsNotMadeAgainUnderItsId() {
    UUID id = provider("twice", new ProviderEntry.KeyPerObject());
    assertThatThrownBy(() ->
            services
                .providers()
                .create(
                    ADMIN,
                    new NewStandardProvider(
                        "another",
                        Optional.of(id),
                        new ProviderEntry.KeyPerObject(),
                        List.of(KmsServer.at(kms.place("first"))),
                        KmsAccess.Order.ROUND_ROBIN,
                        KmsAccess.DEFAULT_TIMEOUT,
                        List.of(),
                        "",
                        false)))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("\"twice\" has the id");
  }

  @Test
  void aKmsThatIsGoneIsSaidInTheHealthAndFetchesSayWhyForEachKey() {
    UUID provider = provider("gone", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids = issue(provider, purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 2));
    kms.stop("first");
    try {
      assertThat(services.providers().check("gone").health().state())
          .isEqualTo(ProviderHealth.State.ERROR);
      try (Supply supply = services.keys().fetch(provider, ids)) {
        assertThat(supply.missing().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(supply.missing().get(ids.getFirst()))
            .contains("wraps it can't be had")
            .contains(kms.place("first"));
      }
      assertThat(services.keys().issue(provider, purposes(KeyPurpose.Kind.HOST, 1)).getFirst())
          .isInstanceOfSatisfying(
              StandardKeys.Outcome.Failed.class,
              failed ->
                  assertThat(failed.reason())
                      .hasMessageContaining("No key could be had from key provider \"gone\""));
    } finally {
      kms.start("first");
    }
  }
}
