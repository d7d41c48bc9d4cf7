package io.keymoor.manager.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.lab.CuttingProxy;
import io.keymoor.manager.domain.KmsKeys;
import io.keymoor.manager.domain.StandardKeys;
import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.model.NewStandardProvider;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.KekSupply.Supply;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardKeysTest {

  private TestKeyServices lab;

  @BeforeAll
  void start(@TempDir Path directory) {
    lab = new TestKeyServices(directory);
  }

  @BeforeEach
  void open() {
    lab.open();
  }

  @AfterAll
  void stop() {
    lab.close();
  }

  @ParameterizedTest(name = "{0} VMs, {1} hosts and {2} devices have {3} keys")
  @CsvSource({"1000, 32, 64, 1096", "5, 32, 64, 101", "5, 32, 0, 37"})
  void theDocumentedCountsOfKeysComeOut(int vms, int hosts, int devices, int keys) {
    String name = "counted-" + keys;
    UUID provider = lab.provider(name, new ProviderEntry.KeyPerObject());
    List<KeyPurpose> all =
        new ArrayList<>(TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, vms));
    all.addAll(TestKeyServices.purposes(KeyPurpose.Kind.HOST, hosts));
    all.addAll(TestKeyServices.purposes(KeyPurpose.Kind.DATASTORE_DEVICE, devices));
    List<KeyId> ids = lab.issue(provider, all);

    assertThat(lab.services().inventory().list(name)).hasSize(keys);
    assertThat(Set.copyOf(lab.checks(provider, ids).values())).hasSize(keys);
  }

  @Test
  void whatNothingNeedsIsDestroyedOnlyWhenItIsNamedAndOldEnough() {
    UUID provider = lab.provider("tidy", new ProviderEntry.KeyPerObject());
    KeyId key =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1))
            .getFirst();
    assertThat(lab.listed("tidy", KmsKeys.Use.YOUNG)).hasSize(1);
    assertThatThrownBy(
            () -> lab.services().inventory().reclaim(TestKeyServices.ADMIN, "tidy", List.of(key)))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("less than an hour ago");

    lab.clock().forward(Duration.ofHours(2));
    assertThat(lab.listed("tidy", KmsKeys.Use.UNNEEDED)).hasSize(1);
    assertThatThrownBy(() ->
            lab.services()
                .inventory()
                .reclaim(TestKeyServices.ADMIN, "tidy", List.of(new KeyId("another"))))
        .isInstanceOf(Refusal.NotFound.class);
    KmsKeys.Reclaimed done =
        lab.services().inventory().reclaim(TestKeyServices.ADMIN, "tidy", List.of(key));

    assertThat(done.destroyed()).containsExactly(key);
    assertThat(lab.services().inventory().list("tidy")).isEmpty();
    try (Supply supply = lab.services().keys().fetch(provider, List.of(key))) {
      assertThat(supply.missing().get(key)).contains("destroyed in the KMS");
    }
  }

  @Test
  void aRequestWithoutAnAnswerIsSearchedForAndForgottenWhenItMadeNothing() {
    UUID provider = lab.provider("searched", new ProviderEntry.KeyPerObject());
    asked(provider, new UUID(7, 7));
    assertThat(lab.listed("searched", KmsKeys.Use.UNANSWERED)).hasSize(1);
    lab.clock().forward(Duration.ofMinutes(3));
    assertThat(lab.services().upkeep().round()).isEmpty();
    assertThat(lab.listed("searched", KmsKeys.Use.UNANSWERED))
        .as("another server may have it still")
        .hasSize(1);

    lab.clock().forward(Duration.ofMinutes(40));
    assertThat(lab.services().upkeep().round()).isEmpty();

    assertThat(lab.services().inventory().list("searched")).isEmpty();
  }

  @Test
  void aKeyWhoseAnswerWasLostIsFoundByItsMarkAndListed() {
    UUID provider = lab.provider("orphaned", new ProviderEntry.KeyPerObject());
    KeyId made =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1))
            .getFirst();
    UUID mark = lab.services().inventory().list("orphaned").getFirst().key().mark();
    forgetTheAnswer(mark);
    asked(provider, mark);
    assertThat(lab.listed("orphaned", KmsKeys.Use.UNANSWERED)).hasSize(1);
    lab.clock().forward(Duration.ofMinutes(3));

    assertThat(lab.services().upkeep().round()).isEmpty();

    assertThat(lab.services().inventory().list("orphaned"))
        .extracting(line -> line.key().id())
        .containsExactly(Optional.of(made));
  }

  @Test
  void whatALostAnswerMadeIsShownAsTheKmsHasItAndDestroyedByItsIdOnly() {
    int port = Integer.parseInt(lab.kms().place("first").split(":", 2)[1]);
    try (CuttingProxy network = new CuttingProxy(port)) {
      UUID provider =
          lab.provider("cut", new ProviderEntry.KeyPerObject(), Optional.empty(), network.place());
      KeyId kept =
          lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.HOST, 1)).getFirst();
      network.loseAnswers(true);
      assertThat(
              lab.services()
                  .keys()
                  .issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1))
                  .getFirst())
          .isInstanceOfSatisfying(
              StandardKeys.Outcome.Failed.class,
              failed -> assertThat(failed.reason().code()).isEqualTo("key_outcome_unknown"));
      network.loseAnswers(false);
      assertThat(lab.listed("cut", KmsKeys.Use.UNANSWERED)).hasSize(1);

      KmsKeys.InKms found = lab.services().inventory().listInKms("cut");

      assertThat(found.unsearched()).isEmpty();
      assertThat(found.lines()).extracting(KmsKeys.Line::inKms).containsExactly("Active", "Active");
      assertThat(lab.listed("cut", KmsKeys.Use.UNANSWERED)).isEmpty();
      KeyId orphan =
          found.lines().stream()
              .flatMap(line -> line.key().id().stream())
              .filter(id -> !id.equals(kept))
              .findFirst()
              .orElseThrow();
      lab.clock().forward(Duration.ofHours(2));
      assertThat(
              lab.services()
                  .inventory()
                  .reclaim(TestKeyServices.ADMIN, "cut", List.of(orphan))
                  .destroyed())
          .containsExactly(orphan);
      assertThat(lab.services().inventory().listInKms("cut").lines())
          .extracting(line -> line.key().id())
          .containsExactly(Optional.of(kept));
    }
  }

  @Test
  void aKeyThatOnlyTheKmsKnowsOfIsShownAndNobodyElsesIsTouched() {
    UUID provider = lab.provider("forgetful", new ProviderEntry.KeyPerObject());
    UUID other = lab.provider("neighbour", new ProviderEntry.KeyPerObject());
    List<KeyPurpose> one = TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1);
    KeyId strange = lab.issue(provider, one).getFirst();
    KeyId others = lab.issue(other, one).getFirst();
    forgetTheAnswer(lab.services().inventory().list("forgetful").getFirst().key().mark());
    assertThat(lab.services().inventory().list("forgetful")).isEmpty();
    assertThat(lab.services().inventory().listInKms("forgetful").lines())
        .extracting(KmsKeys.Line::use)
        .containsExactly(KmsKeys.Use.YOUNG);
    lab.clock().forward(Duration.ofHours(2));

    assertThat(lab.services().inventory().listInKms("forgetful").lines())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.use()).isEqualTo(KmsKeys.Use.UNRECORDED);
          assertThat(line.key().id()).contains(strange);
          assertThat(line.key().purpose().name()).isEqualTo(one.getFirst().name());
        });
    assertThatThrownBy(() ->
            lab.services()
                .inventory()
                .reclaim(TestKeyServices.ADMIN, "forgetful", List.of(strange, others)))
        .isInstanceOf(Refusal.NotFound.class)
        .hasMessageContaining("Nothing was destroyed");
    assertThat(
            lab.services()
                .inventory()
                .reclaim(TestKeyServices.ADMIN, "forgetful", List.of(strange))
                .destroyed())
        .containsExactly(strange);
    assertThat(lab.checks(other, List.of(others))).hasSize(1);
  }

  /** Takes the row away that knows of the answer, as if there had been none. */
  private void forgetTheAnswer(UUID mark) {
    try (Connection direct =
            DriverManager.getConnection(
                lab.server().url(), lab.server().user(), lab.server().password());
        PreparedStatement forget = direct.prepareStatement("DELETE FROM kms_key WHERE mark = ?")) {
      forget.setObject(1, mark);
      forget.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void asked(UUID provider, UUID mark) {
    lab.database()
        .in(stores -> {
          stores
              .kmsKeys()
              .asked(
                  List.of(
                      new KmsKey(
                          mark,
                          provider,
                          TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1).getFirst(),
                          lab.clock().instant(),
                          Optional.empty())));
          return true;
        });
  }

  /** What docs/standard-provider.md says under "Deleting a provider". */
  @Test
  void aProviderThatWasDeletedAndMadeAgainUnderItsUuidOpensEveryKeyOfEveryMode() {
    List<ProviderEntry.Mode> modes =
        List.of(
            new ProviderEntry.KeyPerObject(),
            new ProviderEntry.WrappingKey(Optional.empty()),
            new ProviderEntry.WrappingKey(Optional.empty(), ProviderEntry.Place.KMS));
    for (ProviderEntry.Mode mode : modes) {
      String name = "again-" + modes.indexOf(mode);
      UUID id = lab.provider(name, mode);
      List<KeyId> keys =
          lab.issue(id, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 2));
      Map<KeyId, KeyCheckValue> before = lab.checks(id, keys);
      lab.delete(name);
      try (Supply supply = lab.services().keys().fetch(id, keys)) {
        assertThat(supply.missing()).hasSize(2);
      }

      lab.provider(name, mode, Optional.of(id), lab.kms().place("first"));

      assertThat(lab.checks(id, keys)).as(name).isEqualTo(before);
    }
  }

  /** What it says under "The manager's certificate for the KMS was lost or revoked". */
  @Test
  void anotherCertificateOfTheSameClientHasTheKeysOfTheOneThatWasLost() {
    UUID provider = lab.provider("renewed", new ProviderEntry.KeyPerObject());
    List<KeyId> keys =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 2));
    Map<KeyId, KeyCheckValue> before = lab.checks(provider, keys);
    var fresh = lab.services().trusting().generate(TestKeyServices.ADMIN, "renewed");
    assertThat(lab.services().providers().check("renewed").health().details().toString())
        .contains("fails at authentication");
    try (Supply supply = lab.services().keys().fetch(provider, keys)) {
      assertThat(supply.missing().get(keys.getFirst()))
          .contains("does not accept this client's certificate");
    }

    lab.kms().register("keymoor", fresh.certificate(), Optional.empty());

    assertThat(lab.checks(provider, keys)).isEqualTo(before);
  }

  /** What it says under "A KMS rebuilt from a backup". */
  @Test
  void aKeyThatARestoredKmsLacksIsCalledMissingAndTheOthersAreNot() {
    UUID provider = lab.provider("restored", new ProviderEntry.KeyPerObject());
    KeyId kept =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 1))
            .getFirst();
    KeyId lost = new KeyId("made-after-the-backup");
    asked(provider, new UUID(8, 8));
    lab.database()
        .in(stores -> {
          stores.kmsKeys().made(Map.of(new UUID(8, 8), lost), lab.clock().instant());
          return true;
        });

    Map<Optional<KeyId>, String> inKms =
        lab.services().inventory().listInKms("restored").lines().stream()
            .collect(Collectors.toMap(line -> line.key().id(), KmsKeys.Line::inKms));

    assertThat(inKms)
        .containsOnly(
            Map.entry(Optional.of(kept), "Active"), Map.entry(Optional.of(lost), "missing"));
    try (Supply supply = lab.services().keys().fetch(provider, List.of(kept, lost))) {
      assertThat(supply.missing().keySet()).containsExactly(lost);
      assertThat(supply.missing().get(lost)).contains("restored from an older backup");
    }
  }

  @Test
  void whatAHostFetchedIsActivatedAfterwardsWhereItsMakerDiedBefore() {
    UUID provider = lab.provider("cut-short", new ProviderEntry.KeyPerObject());
    KmsServer.Address place = KmsServer.proxyAt(lab.kms().place("first"));
    ClientSettings asTheManager =
        ClientSettings.of(
            List.of(new Endpoint(place.host(), place.port())),
            lab.kms().register("keymoor").context());
    try (KmipClient client = new KmipClient(asTheManager)) {
      String made =
          client
              .call(
                  Create.symmetricKey(
                      CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT))
              .uniqueIdentifier();
      assertThat(lab.checks(provider, List.of(new KeyId(made)))).hasSize(1);

      lab.services().keys().attend();

      assertThat(
              client
                  .call(GetAttributes.of(made, AttributeTypes.STATE))
                  .attributes()
                  .first(AttributeTypes.STATE))
          .contains(State.ACTIVE);
    }
  }

  @Test
  void certificatesNearTheirEndAreComplainedAboutAMonthAhead() {
    UUID provider = lab.provider("ageing", new ProviderEntry.KeyPerObject());
    lab.clock().forward(Duration.ofDays(375));
    assertThat(lab.services().providers().check("ageing").health().details())
        .singleElement()
        .asString()
        .contains("The certificate of server " + lab.kms().place("first") + " is valid until");
    lab.clock().forward(Duration.ofDays(330));
    assertThat(lab.services().providers().check("ageing").health().details().toString())
        .contains("manager's own certificate for this KMS is valid until");
    assertThat(lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.HOST, 1))).hasSize(1);
  }

  @Test
  void aProviderThatIsStillThereIsNotMadeAgainUnderItsId() {
    UUID id = lab.provider("twice", new ProviderEntry.KeyPerObject());
    assertThatThrownBy(() ->
            lab.services()
                .providers()
                .create(
                    TestKeyServices.ADMIN,
                    new NewStandardProvider(
                        "another",
                        Optional.of(id),
                        new ProviderEntry.KeyPerObject(),
                        List.of(KmsServer.at(lab.kms().place("first"))),
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
    UUID provider = lab.provider("gone", new ProviderEntry.WrappingKey(Optional.empty()));
    List<KeyId> ids =
        lab.issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.VIRTUAL_MACHINE, 2));
    lab.kms().stop("first");
    try {
      assertThat(lab.services().providers().check("gone").health().state())
          .isEqualTo(ProviderHealth.State.ERROR);
      try (Supply supply = lab.services().keys().fetch(provider, ids)) {
        assertThat(supply.missing().keySet()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(supply.missing().get(ids.getFirst()))
            .contains("wraps it can't be had")
            .contains(lab.kms().place("first"));
      }
      assertThat(
              lab.services()
                  .keys()
                  .issue(provider, TestKeyServices.purposes(KeyPurpose.Kind.HOST, 1))
                  .getFirst())
          .isInstanceOfSatisfying(
              StandardKeys.Outcome.Failed.class,
              failed ->
                  assertThat(failed.reason())
                      .hasMessageContaining("No key could be had from key provider \"gone\""));
    } finally {
      lab.kms().start("first");
    }
  }
}
