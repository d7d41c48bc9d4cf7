package io.keymoor.systemtests.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.ConnectFailure;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.client.KmipFailure;
import io.keymoor.kmip.client.Layer;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.UsageMask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults do to a client what they are said to do. */
class KmsPairTest {
  private static final Create KEY =
      Create.symmetricKey(CryptographicAlgorithm.AES, 256, UsageMask.ENCRYPT | UsageMask.DECRYPT);

  @TempDir private static Path directory;

  private static KmsPair kms;
  private static TlsIdentity identity;

  @BeforeAll
  static void start() {
    kms = KmsPair.started(directory);
    identity = kms.administrator().newIdentity("tester");
  }

  @AfterAll
  static void stop() {
    if (kms != null) {
      kms.close();
    }
  }

  @BeforeEach
  void repair() {
    kms.suffer(new WireFault.None());
  }

  private static KmipClient client(Wire... wires) {
    List<Endpoint> servers =
        java.util.Arrays.stream(wires).map(wire -> new Endpoint(wire.host(), wire.port())).toList();
    return new KmipClient(
        ClientSettings.of(servers, identity.context())
            .withDeadline(Duration.ofSeconds(60), Duration.ofSeconds(20)));
  }

  private static Layer failingLayer(Wire wire) {
    try (KmipClient client = client(wire)) {
      KmipFailure.Unreachable failure =
          catchThrowableOfType(KmipFailure.Unreachable.class, () -> client.call(KEY));
      return failure.attempts().stream().map(ConnectFailure::layer).toList().getFirst();
    }
  }

  @Test
  void aKeyOfOneNodeIsHadFromTheOther() {
    try (KmipClient one = client(kms.first());
        KmipClient other = client(kms.second())) {
      String id = one.call(KEY).uniqueIdentifier();
      try (var key = other.call(Get.of(id)).managedObject()) {
        assertThat(key.keyBlock()).isPresent();
      }
      assertThat(kms.administrator().keys()).contains(id);
    }
  }

  @Test
  void aNodeThatIsDownRefusesConnectionsUntilItIsBack() {
    kms.suffer(new WireFault.Refused());
    assertThat(failingLayer(kms.first())).isEqualTo(Layer.TCP);
    kms.suffer(new WireFault.None());
    try (KmipClient client = client(kms.first())) {
      assertThat(client.call(KEY).uniqueIdentifier()).isNotEmpty();
    }
  }

  @Test
  void anImpostorAndAnExpiredCertificateFailAtTrust() {
    kms.suffer(kms.wrongTrust());
    assertThat(failingLayer(kms.first())).isEqualTo(Layer.TRUST);
    kms.suffer(kms.expiredCertificate());
    assertThat(failingLayer(kms.second())).isEqualTo(Layer.TRUST);
  }

  @Test
  void aSlowNodeAnswersLateAndRightly() {
    Duration delay = Duration.ofMillis(300);
    kms.first().suffer(new WireFault.Slow(delay));
    long start = System.nanoTime();
    try (KmipClient client = client(kms.first())) {
      assertThat(client.call(KEY).uniqueIdentifier()).isNotEmpty();
    }
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos());
  }

  @Test
  void anAnswerThatBreaksOffLeavesOneKeyAndAnUnknownOutcome() {
    WireFault.CutAnswer cut = new WireFault.CutAnswer(kms.administrator().moreKeysThanNow(), 7);
    kms.suffer(cut);
    int before = kms.administrator().keys().size();
    try (KmipClient client = client(kms.first(), kms.second())) {
      KmipFailure.OutcomeUnknown unknown =
          catchThrowableOfType(KmipFailure.OutcomeUnknown.class, () -> client.call(KEY));
      assertThat(unknown).isNotNull();
      assertThat(cut.happened()).isTrue();
      assertThat(kms.administrator().keys()).hasSize(before + 1);
    }
  }

  @Test
  void whoIsLockedOutFailsAtAuthenticationUntilLetInAgain() {
    kms.administrator().lockOut("tester");
    kms.suffer(new WireFault.None());
    assertThat(failingLayer(kms.first())).isEqualTo(Layer.AUTHENTICATION);
    kms.administrator().letIn("tester", identity.certificate());
    try (KmipClient client = client(kms.first())) {
      assertThat(client.call(KEY).uniqueIdentifier()).isNotEmpty();
    }
  }

  @Test
  void aLostKeyIsNotThereUntilItIsFound() {
    try (KmipClient client = client(kms.first())) {
      String id = client.call(KEY).uniqueIdentifier();
      client.call(new Activate(ObjectId.of(id)));
      kms.administrator().lose(id);
      assertThat(catchThrowableOfType(KmipFailure.Refused.class, () -> client.call(Get.of(id))))
          .hasMessageContaining("no object");
      kms.administrator().find(id);
      kms.administrator().destroy(id);
      assertThat(catchThrowableOfType(KmipFailure.Refused.class, () -> client.call(Get.of(id))))
          .hasMessageContaining("destroyed");
    }
  }
}
