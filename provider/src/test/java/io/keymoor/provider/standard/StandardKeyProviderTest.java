package io.keymoor.provider.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.RevocationReason;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.lab.CuttingProxy;
import io.keymoor.kms.lab.LabKms;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.testing.NotingLedger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against two real nodes of one KMS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandardKeyProviderTest {
  private static final ProviderReference REFERENCE =
      new ProviderReference(new UUID(0, 7), new ProviderName("kms-a"), ProviderType.STANDARD);

  private LabKms kms;
  private TlsIdentity us;
  private X509Certificate authority;
  private NotingLedger ledger = new NotingLedger();

  @BeforeAll
  void startNodes(@TempDir Path directory) {
    kms = new LabKms(directory);
    kms.start("first");
    kms.start("second");
    us = kms.register("keymoor");
    authority = kms.authority();
  }

  @AfterAll
  void stopNodes() {
    kms.close();
  }

  @BeforeEach
  void freshLedger() {
    ledger = new NotingLedger();
  }

  private StandardKeyProvider provider(String... places) {
    return provider(List.of(authority), Optional.of(identity(us)), places);
  }

  private StandardKeyProvider provider(
      List<X509Certificate> trusted, Optional<KmsAccess.Identity> identity, String... places) {
    return new StandardKeyProvider(
        REFERENCE,
        new KmsAccess(
            List.of(places).stream().map(KmsServer::at).toList(),
            KmsAccess.Order.ROUND_ROBIN,
            Duration.ofSeconds(30),
            trusted,
            identity,
            Optional.empty()),
        ledger);
  }

  private static KmsAccess.Identity identity(TlsIdentity identity) {
    return new KmsAccess.Identity(identity.key(), List.of(identity.certificate()));
  }

  private KmipClient administrator() {
    Endpoint server = KmsServer.at(kms.place("first")).endpoint();
    return new KmipClient(ClientSettings.of(List.of(server), us.context()));
  }

  private static KeyPurpose web01() {
    return new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, new UUID(0, 1), "web01");
  }

  @Test
  void aKeyIsActiveTaggedAndTheSameFromEveryNode() {
    try (StandardKeyProvider both = provider(kms.place("first"), kms.place("second"));
        StandardKeyProvider second = provider(kms.place("second"));
        KmipClient client = administrator();
        IssuedKey key = both.issueKey(web01());
        IssuedKey again = second.key(key.id())) {
      assertThat(key.kek().length()).isEqualTo(32);
      assertThat(again.check()).isEqualTo(key.check());
      var attributes = client.call(GetAttributes.of(key.id().text())).attributes();
      assertThat(attributes.first(AttributeTypes.STATE)).contains(State.ACTIVE);
      assertThat(attributes.first(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK)).contains(12);
      assertThat(attributes.first(AttributeTypes.CRYPTOGRAPHIC_LENGTH)).contains(256);
      assertThat(text(attributes, "x-Name")).contains("web01");
      assertThat(text(attributes, "x-Component")).contains("Virtual Machine");
      assertThat(text(attributes, "x-Identifier")).contains(new UUID(0, 1).toString());
      assertThat(text(attributes, "x-Product")).contains("Keymoor");
      assertThat(ledger.made()).isEqualTo(1);
    }
  }

  private static String text(io.keymoor.kmip.attribute.Attributes attributes, String name) {
    return attributes.first(AttributeType.custom(name)).orElseThrow().toString();
  }

  @Test
  void aThousandKeysAreIssuedAndFetchedEachWithItsOwnBytes() {
    try (StandardKeyProvider both = provider(kms.place("first"), kms.place("second"))) {
      List<KeyPurpose> purposes = IntStream.range(0, 1000).mapToObj(i -> web01()).toList();
      List<Issue> issued = both.issueKeys(purposes);
      Set<KeyCheckValue> checks = new HashSet<>();
      for (Issue issue : issued) {
        try (IssuedKey key = ((Issue.Issued) issue).key()) {
          checks.add(key.check());
        }
      }
      List<KeyId> ids = issued.stream().map(it -> ((Issue.Issued) it).key().id()).toList();
      try (FoundKeys found = both.keys(ids)) {
        assertThat(found.missing()).isEmpty();
        assertThat(found.keys().stream().map(IssuedKey::id)).containsExactlyElementsOf(ids);
        assertThat(found.keys().stream().map(IssuedKey::check)).hasSize(1000);
        assertThat(checks)
            .hasSize(1000)
            .containsAll(found.keys().stream().map(IssuedKey::check).toList());
      }
      assertThat(ledger.made()).isEqualTo(1000);
    }
  }

  @Test
  void aNodeThatIsDownIsPassedOver() {
    kms.stop("second");
    try (StandardKeyProvider both = provider(kms.place("second"), kms.place("first"))) {
      both.issueKey(web01()).close();
      both.issueKey(web01()).close();
      List<KmsHealth> health = both.health();
      assertThat(health.getFirst().failing()).contains(KmsHealth.Layer.TCP);
      assertThat(health.getLast().failing()).isEmpty();
      assertThat(health.getLast().certificateExpiry()).isPresent();
    } finally {
      kms.start("second");
    }
  }

  @Test
  void withAllNodesDownTheSentenceNamesEachAndNothingIsOnRecord() {
    try (StandardKeyProvider nowhere = provider("127.0.0.1:1", "no-such-host.invalid:5696")) {
      assertThatThrownBy(() -> nowhere.issueKey(web01()))
          .isInstanceOf(ProviderException.KeyNotIssued.class)
          .hasMessageContaining("kms-a")
          .hasMessageContaining("nothing accepts connections at 127.0.0.1:1")
          // Where nobody answers for names at all, the resolver is late.
          .hasMessageFindingMatch(
              "no-such-host\\.invalid:5696 (has no address|was not resolved in time)")
          .hasMessageContaining("Nothing was started")
          .asInstanceOf(InstanceOfAssertFactories.type(ProviderException.KeyNotIssued.class))
          .as("it may be there in a moment")
          .returns(false, ProviderException.KeyNotIssued::isLasting);
      assertThat(ledger.made()).isZero();
      assertThat(ledger.unanswered()).isEmpty();
    }
  }

  @Test
  void aServerThatNobodyConfirmedIsNotTrusted() {
    X509Certificate other =
        CertificateAuthority.create("other", InstantSource.system(), new SecureRandom())
            .certificate();
    try (StandardKeyProvider wrong =
        provider(List.of(other), Optional.of(identity(us)), kms.place("first"))) {
      assertThat(wrong.health().getFirst().failing()).contains(KmsHealth.Layer.TRUST);
      assertThat(wrong.health().getFirst().certificateExpiry()).isPresent();
      assertThatThrownBy(() -> wrong.issueKey(web01()))
          .hasMessageContaining("is not trusted")
          .isInstanceOf(ProviderException.KeyNotIssued.class)
          .asInstanceOf(InstanceOfAssertFactories.type(ProviderException.KeyNotIssued.class))
          .as("no server will be trusted by itself")
          .returns(true, ProviderException.KeyNotIssued::isLasting);
    }
  }

  @Test
  void aServersOwnCertificateIsTrustedOnceItWasConfirmed() {
    ServerCertificates.Shown shown =
        ServerCertificates.fetch(List.of(KmsServer.at(kms.place("first")))).getFirst();
    X509Certificate own = shown.certificate().orElseThrow();
    try (StandardKeyProvider pinned =
        provider(List.of(own), Optional.of(identity(us)), kms.place("first"))) {
      assertThat(pinned.health().getFirst().failing()).isEmpty();
    }
  }

  @Test
  void aCertificateThatTheKmsDoesNotKnowFailsAtAuthentication() {
    KeyPair keys = ClientKeys.newKeyPair(new SecureRandom());
    X509Certificate self = selfSigned(keys);
    KmsAccess.Identity stranger = new KmsAccess.Identity(keys.getPrivate(), List.of(self));
    try (StandardKeyProvider unknown =
        provider(List.of(authority), Optional.of(stranger), kms.place("first"))) {
      assertThat(unknown.health().getFirst().failing()).contains(KmsHealth.Layer.AUTHENTICATION);
      assertThatThrownBy(() -> unknown.issueKey(web01()))
          .hasMessageContaining("does not accept this client's certificate");
    }
    kms.register("self-signed", self, Optional.empty());
    try (StandardKeyProvider known =
        provider(List.of(authority), Optional.of(stranger), kms.place("first"))) {
      known.issueKey(web01()).close();
    }
  }

  private static X509Certificate selfSigned(KeyPair keys) {
    return ClientKeys.selfSigned(
        keys, "Keymoor manager", Instant.now(), Duration.ofDays(2), new SecureRandom());
  }

  @Test
  void missingDestroyedAndRevokedKeysAreToldApart() {
    try (StandardKeyProvider both = provider(kms.place("first"), kms.place("second"));
        KmipClient client = administrator();
        IssuedKey destroyed = both.issueKey(web01());
        IssuedKey deactivated = both.issueKey(web01());
        IssuedKey compromised = both.issueKey(web01())) {
      client.call(revoke(destroyed, RevocationReasonCode.CESSATION_OF_OPERATION));
      client.call(new Destroy(ObjectId.of(destroyed.id().text())));
      client.call(revoke(deactivated, RevocationReasonCode.CESSATION_OF_OPERATION));
      client.call(revoke(compromised, RevocationReasonCode.KEY_COMPROMISE));
      KeyId missing = new KeyId("never-made");
      try (FoundKeys found =
          both.keys(List.of(destroyed.id(), missing, deactivated.id(), compromised.id()))) {
        assertThat(found.missing().get(destroyed.id())).contains("destroyed in the KMS");
        assertThat(found.missing().get(missing))
            .contains("no server of the KMS knows it")
            .contains(kms.place("first"), kms.place("second"));
        assertThat(found.keys().stream().map(IssuedKey::check))
            .as("what they protect still opens")
            .containsExactly(deactivated.check(), compromised.check());
        assertThat(found.notes().get(deactivated.id())).contains("deactivated");
        assertThat(found.notes().get(compromised.id())).contains("compromised");
      }
    }
  }

  @Test
  void aKeyWhoseMakerDiedBeforeActivatingItIsHadAtOnceAndActivatedAfterwards() {
    try (StandardKeyProvider provider = provider(kms.place("first"));
        KmipClient client = administrator()) {
      String made =
          client
              .call(
                  Create.symmetricKey(
                      CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT))
              .uniqueIdentifier();

      try (FoundKeys found = provider.fetch(List.of(new KeyId(made)))) {
        assertThat(found.keys()).hasSize(1);
      }
      assertThat(state(client, made)).contains(State.PRE_ACTIVE);

      assertThat(provider.attend(List.of(new KeyId(made)))).isEmpty();

      assertThat(state(client, made)).contains(State.ACTIVE);
    }
  }

  private static Optional<State> state(KmipClient client, String key) {
    return client
        .call(GetAttributes.of(key, AttributeTypes.STATE))
        .attributes()
        .first(AttributeTypes.STATE);
  }

  private static Revoke revoke(IssuedKey key, RevocationReasonCode why) {
    return new Revoke(
        ObjectId.of(key.id().text()),
        new RevocationReason(why, Optional.empty()),
        why.equals(RevocationReasonCode.KEY_COMPROMISE)
            ? Optional.of(Instant.EPOCH)
            : Optional.empty());
  }

  @Test
  void aCreateWhoseAnswerIsLostMakesOneKeyThatIsFoundByItsMark() {
    try (CuttingProxy network = new CuttingProxy(KmsServer.at(kms.place("first")).port());
        StandardKeyProvider cut = provider(network.place());
        StandardKeyProvider plain = provider(kms.place("first"))) {
      cut.issueKey(web01()).close();
      network.loseAnswers(true);
      assertThatThrownBy(() -> cut.issueKey(web01()))
          .isInstanceOf(ProviderException.KeyOutcomeUnknown.class)
          .hasMessageContaining("was lost")
          .hasMessageContaining("keymoor key list kms-a");
      assertThat(ledger.unanswered()).hasSize(1);
      List<KeyId> orphans = plain.find(ledger.unanswered().getFirst());
      assertThat(orphans).hasSize(1);
      plain.key(orphans.getFirst()).close();
      assertThatThrownBy(() -> cut.find(ledger.unanswered().getFirst()))
          .isInstanceOf(ProviderException.KmsNotUsable.class);
    }
  }
}
