package io.keymoor.kmip.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.client.ScriptedServer.Step;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageMask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KmipClientTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("test", InstantSource.system(), new SecureRandom());
  private static final TlsIdentity SERVER =
      AUTHORITY.newServerIdentity("server", List.of("localhost", "127.0.0.1"));
  private static final TlsIdentity CLIENT = AUTHORITY.newClientIdentity("client");
  private static final Create CREATE =
      Create.symmetricKey(CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private ScriptedServer server(ScriptedServer.Script script) throws IOException {
    ScriptedServer server = new ScriptedServer(SERVER, ProtocolVersion.SUPPORTED, script);
    open.add(server);
    return server;
  }

  private KmipClient client(ClientSettings settings) {
    KmipClient client = new KmipClient(settings);
    open.add(client);
    return client;
  }

  private static ClientSettings settings(Endpoint... servers) {
    return ClientSettings.of(List.of(servers), CLIENT.context()).withDeadline(LONG, LONG);
  }

  private static Step answer(Request<?> request) {
    return new Step.Answer(
        switch (request) {
          case Create create ->
              new ResponseItem.Outcome.Success(
                  new Create.Result(create.objectType(), "key-1", Optional.empty()));
          case Locate _ ->
              new ResponseItem.Outcome.Success(
                  new Locate.Result(Optional.empty(), List.of("key-1")));
          case Activate _ -> new ResponseItem.Outcome.Success(new Activate.Result("key-1"));
          default ->
              new ResponseItem.Outcome.Failed(
                  ResultReason.ITEM_NOT_FOUND, Optional.of("no such object"));
        });
  }

  private static Endpoint nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new Endpoint("localhost", socket.getLocalPort());
    }
  }

  @Test
  void aRequestIsAnsweredInTheBestCommonVersion() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    Create.Result made = client(settings(server.endpoint())).call(CREATE);
    assertThat(made.uniqueIdentifier()).isEqualTo("key-1");
    assertThat(made.objectType()).isEqualTo(ObjectType.SYMMETRIC_KEY);
    assertThat(server.messages().getLast().header().version()).isEqualTo(ProtocolVersion.V2_1);
  }

  @Test
  void anOlderServerIsSpokenToInItsVersion() throws IOException {
    ScriptedServer server =
        new ScriptedServer(
            SERVER,
            List.of(ProtocolVersion.V1_2, ProtocolVersion.V1_1, ProtocolVersion.V1_0),
            KmipClientTest::answer);
    open.add(server);
    client(settings(server.endpoint())).call(CREATE);
    assertThat(server.messages().getLast().header().version()).isEqualTo(ProtocolVersion.V1_2);
  }

  @Test
  void theOnlyWantedVersionIsSpokenWithoutAsking() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    client(settings(server.endpoint()).withVersions(ProtocolVersion.V1_1)).call(Locate.of());
    assertThat(server.messages()).hasSize(1);
    assertThat(server.messages().getFirst().header().version()).isEqualTo(ProtocolVersion.V1_1);
  }

  @Test
  void aRefusalCarriesOperationReasonAndWords() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    KmipClient client = client(settings(server.endpoint()));
    assertThatThrownBy(() -> client.call(Get.of("nothing")))
        .isInstanceOfSatisfying(
            KmipFailure.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("kmip_refused");
              assertThat(refused.operation()).isEqualTo(Operation.GET);
              assertThat(refused.reason()).isEqualTo(ResultReason.ITEM_NOT_FOUND);
            })
        .hasMessageContaining("no such object");
  }

  @Test
  void aConnectionServesOneCallAfterAnother() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    KmipClient client = client(settings(server.endpoint()));
    for (int i = 0; i < 5; i++) {
      client.call(Locate.of());
    }
    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.received()).hasSize(5);
  }

  @Test
  void callsBeginWithAnotherServerEachTime() throws IOException {
    ScriptedServer one = server(KmipClientTest::answer);
    ScriptedServer two = server(KmipClientTest::answer);
    KmipClient client = client(settings(one.endpoint(), two.endpoint()));
    for (int i = 0; i < 6; i++) {
      client.call(Locate.of());
    }
    assertThat(one.received()).hasSize(3);
    assertThat(two.received()).hasSize(3);
  }

  @Test
  void aServerThatIsDownIsPassedOverForAWhile() throws IOException {
    ScriptedServer up = server(KmipClientTest::answer);
    AtomicLong now = new AtomicLong();
    KmipClient client = new KmipClient(settings(nobody(), up.endpoint()), now::get);
    open.add(client);
    for (int i = 0; i < 4; i++) {
      client.call(CREATE);
    }
    assertThat(up.received()).hasSize(4);
  }

  @Test
  void aServerThatCameBackIsUsedAgainAfterItsBackOff() throws IOException {
    ScriptedServer up = server(KmipClientTest::answer);
    Endpoint down = nobody();
    AtomicLong now = new AtomicLong();
    KmipClient client = new KmipClient(settings(down, up.endpoint()), now::get);
    open.add(client);
    client.call(Locate.of());
    try (ScriptedServer back =
        new ScriptedServer(
            SERVER, ProtocolVersion.SUPPORTED, down.port(), KmipClientTest::answer)) {
      client.call(Locate.of());
      client.call(Locate.of());
      assertThat(back.received()).as("during the back-off").isEmpty();
      now.addAndGet(Duration.ofSeconds(2).toNanos());
      client.call(Locate.of());
      client.call(Locate.of());
      assertThat(back.received()).as("after it").isNotEmpty();
    }
  }

  @Test
  void aServerInItsBackOffIsAskedWhenNoOtherAnswers() throws IOException {
    ScriptedServer up = server(KmipClientTest::answer);
    Endpoint down = nobody();
    AtomicLong now = new AtomicLong();
    KmipClient client = new KmipClient(settings(down, up.endpoint()), now::get);
    open.add(client);
    client.call(Locate.of());
    up.close();
    try (ScriptedServer back =
        new ScriptedServer(
            SERVER, ProtocolVersion.SUPPORTED, down.port(), KmipClientTest::answer)) {
      client.call(Locate.of());
      assertThat(back.received()).hasSize(1);
    }
  }

  @Test
  void aLostAnswerToCreateIsAnUnknownOutcomeAndNeverRepeated() throws IOException {
    ScriptedServer one = server(request -> new Step.HangUp());
    ScriptedServer two = server(request -> new Step.HangUp());
    KmipClient client = client(settings(one.endpoint(), two.endpoint()));
    assertThatThrownBy(() -> client.call(CREATE))
        .isInstanceOfSatisfying(
            KmipFailure.OutcomeUnknown.class,
            lost -> assertThat(lost.operation()).isEqualTo(Operation.CREATE));
    assertThat(one.received().size() + two.received().size()).isEqualTo(1);
  }

  @Test
  void aLostAnswerToLocateIsAskedForElsewhere() throws IOException {
    ScriptedServer broken = server(request -> new Step.HangUp());
    ScriptedServer sound = server(KmipClientTest::answer);
    KmipClient client = client(settings(broken.endpoint(), sound.endpoint()));
    assertThat(client.call(Locate.of()).uniqueIdentifiers()).containsExactly("key-1");
    assertThat(broken.received()).hasSize(1);
  }

  @Test
  void anAnswerThatIsNoKmipMakesCreatesOutcomeUnknown() throws IOException {
    ScriptedServer server = server(request -> new Step.Babble("HTTP/1.1 400"));
    KmipClient client = client(settings(server.endpoint()));
    assertThatThrownBy(() -> client.call(CREATE)).isInstanceOf(KmipFailure.OutcomeUnknown.class);
    assertThatThrownBy(() -> client.call(Locate.of()))
        .isInstanceOf(KmipFailure.Unreachable.class)
        .hasMessageContaining("nothing was changed");
  }

  @Test
  void aSilentServerIsCutOffAtTheDeadline() throws IOException {
    ScriptedServer server = server(request -> new Step.FallSilent());
    KmipClient client =
        client(settings(server.endpoint()).withDeadline(Duration.ofSeconds(2), LONG));
    assertThatThrownBy(() -> client.call(CREATE)).isInstanceOf(KmipFailure.OutcomeUnknown.class);
    assertThatThrownBy(() -> client.call(Locate.of())).isInstanceOf(KmipFailure.Unreachable.class);
  }

  @Test
  void nothingWasChangedWhereNoServerIsReached() throws IOException {
    KmipClient client = client(settings(nobody(), nobody()));
    assertThatThrownBy(() -> client.call(CREATE))
        .isInstanceOfSatisfying(
            KmipFailure.Unreachable.class,
            failure ->
                assertThat(failure.attempts())
                    .extracting(ConnectFailure::layer)
                    .containsExactly(Layer.TCP, Layer.TCP));
  }

  @Test
  void aBatchKeepsItsOrderAndItsFailures() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    List<ResponseItem> items =
        client(settings(server.endpoint()))
            .batch(
                List.of(
                    CREATE,
                    new AddAttribute(
                        ObjectId.PLACEHOLDER, Attribute.custom("x-Product", "Keymoor")),
                    new Activate(ObjectId.PLACEHOLDER)),
                BatchErrorContinuationOption.CONTINUE);
    assertThat(items)
        .extracting(item -> item.outcome() instanceof ResponseItem.Outcome.Success)
        .containsExactly(true, false, true);
    assertThat(server.messages().getLast().header().errorContinuation())
        .contains(BatchErrorContinuationOption.CONTINUE);
  }

  @Test
  void aProbeSaysWhetherAServerAnswersAsKmipSays() throws IOException {
    ScriptedServer sound = server(request -> new Step.Answer(information()));
    ServerHealth health = client(settings(sound.endpoint())).probe().getFirst();
    assertThat(health.isHealthy()).as(health.sentence()).isTrue();
    assertThat(health.version()).contains(ProtocolVersion.V2_1);
    ScriptedServer odd = server(request -> new Step.Babble("HTTP/1.1 400"));
    assertThat(layers(settings(odd.endpoint()))).contains(Layer.KMIP);
    ScriptedServer strict =
        server(request ->
            new Step.Answer(
                new ResponseItem.Outcome.Failed(
                    ResultReason.AUTHENTICATION_NOT_SUCCESSFUL, Optional.empty())));
    assertThat(layers(settings(strict.endpoint()))).contains(Layer.AUTHENTICATION);
  }

  private static ResponseItem.Outcome information() {
    return new ResponseItem.Outcome.Success(
        new Query.Result(
            List.of(),
            List.of(),
            Optional.of("Keymoor test"),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void aProbeNamesTheLayerThatFails() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    CertificateAuthority other =
        CertificateAuthority.create("other", InstantSource.system(), new SecureRandom());
    ScriptedServer stranger =
        new ScriptedServer(
            other.newServerIdentity("stranger", List.of("localhost")),
            ProtocolVersion.SUPPORTED,
            KmipClientTest::answer);
    open.add(stranger);
    ScriptedServer misnamed =
        new ScriptedServer(
            AUTHORITY.newServerIdentity("elsewhere", List.of("elsewhere.example")),
            ProtocolVersion.SUPPORTED,
            KmipClientTest::answer);
    open.add(misnamed);
    assertThat(layers(settings(new Endpoint("no-such-host.invalid", 5696)))).contains(Layer.DNS);
    assertThat(layers(settings(nobody()))).contains(Layer.TCP);
    assertThat(layers(settings(stranger.endpoint()))).contains(Layer.TRUST);
    assertThat(layers(settings(misnamed.endpoint()))).contains(Layer.TRUST);
    assertThat(layers(settings(misnamed.endpoint()).withoutHostNames()))
        .isNotEqualTo(Optional.of(Layer.TRUST));
    TlsIdentity unknown = other.newClientIdentity("unknown");
    TlsIdentity refused =
        new TlsIdentity(unknown.key(), unknown.certificate(), AUTHORITY.certificate());
    assertThat(
            layers(
                ClientSettings.of(List.of(server.endpoint()), refused.context())
                    .withDeadline(LONG, LONG)))
        .contains(Layer.AUTHENTICATION);
  }

  @Test
  void aProbeTellsAPortWithoutTlsFromOneThatIsClosed() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = plain.accept()) {
              socket.getOutputStream().write("220 mail ready\r\n".getBytes(StandardCharsets.UTF_8));
              socket.getInputStream().readNBytes(5);
            } catch (IOException e) {
              // The client is gone.
            }
          });
      assertThat(layers(settings(new Endpoint("localhost", plain.getLocalPort()))))
          .contains(Layer.TLS);
    }
  }

  @Test
  void anExpiredCertificateIsCalledExpired() throws IOException {
    CertificateAuthority longAgo =
        CertificateAuthority.load(
            AUTHORITY.certificate(),
            AUTHORITY.privateKey(),
            () -> Instant.now().minus(Duration.ofDays(1000)),
            new SecureRandom());
    ScriptedServer server =
        new ScriptedServer(
            longAgo.newServerIdentity("expired", List.of("localhost")),
            ProtocolVersion.SUPPORTED,
            KmipClientTest::answer);
    open.add(server);
    ServerHealth health = client(settings(server.endpoint())).probe().getFirst();
    assertThat(health.failing()).contains(Layer.TRUST);
    assertThat(health.sentence()).contains("has expired", "renew it").doesNotContain("add its");
  }

  private Optional<Layer> layers(ClientSettings settings) {
    return client(settings).probe().getFirst().failing();
  }

  @Test
  void aConnectionTheServerClosedMeanwhileIsNotUsedForACreate() throws IOException {
    ScriptedServer server = server(KmipClientTest::answer);
    KmipClient client = client(settings(server.endpoint()));
    client.call(Locate.of());
    server.hangUp();
    Instant start = Instant.now();
    // Beyond the time for which an idle connection is trusted.
    Awaitility.await().until(() -> Duration.between(start, Instant.now()).toMillis() > 300);
    assertThat(client.call(CREATE).uniqueIdentifier()).isEqualTo("key-1");
    assertThat(server.connections()).isEqualTo(2);
  }
}
