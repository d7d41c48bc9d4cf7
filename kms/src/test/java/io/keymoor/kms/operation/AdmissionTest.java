package io.keymoor.kms.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Credential;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseItem.Outcome;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import io.keymoor.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, for how long, and what the audit keeps of those who are. */
class AdmissionTest {
  private static final ProtocolVersion V1 = ProtocolVersion.V1_4;
  private static final ProtocolVersion V2 = ProtocolVersion.V2_1;

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static KmsNode node;
  private static TlsIdentity withPassword;

  @BeforeAll
  static void start() {
    cluster = TestCluster.embedded(directory);
    node = cluster.start("node");
    withPassword =
        cluster.register(new Client("carol", Optional.empty(), false), Optional.of("s3cret"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void aClientWithAPasswordHasToGiveIt() {
    try (TestConnection carol = TestConnection.open(node.kmip(), withPassword)) {
      assertThat(carol.fail(V1, Requests.locate()).reason())
          .isEqualTo(ResultReason.AUTHENTICATION_NOT_SUCCESSFUL);
      assertThat(withPassword(carol, "guess").getFirst().outcome())
          .isInstanceOf(Outcome.Failed.class);
      assertThat(withPassword(carol, "s3cret").getFirst().outcome())
          .isInstanceOf(Outcome.Success.class);
    }
  }

  @Test
  void aClientThatWasRemovedIsToldSoOnItsConnectionAndWhenItResumesItsTlsSession() {
    TlsIdentity dave = cluster.register("dave");
    try (TestConnection open = TestConnection.open(node.kmip(), dave)) {
      open.perform(V1, Requests.locate());
      assertThat(cluster.remove("dave")).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> isOut(open.exchange(RequestMessage.of(V1, Requests.locate()))));
      assertThat(open.isClosedByPeer()).isTrue();
    }
    try (TestConnection resumed = TestConnection.open(node.kmip(), dave)) {
      assertThat(resumed.fail(V2, Requests.locate()).reason())
          .isEqualTo(ResultReason.AUTHENTICATION_NOT_SUCCESSFUL);
    }
  }

  private static boolean isOut(ResponseMessage answer) {
    return answer.items().getFirst().outcome() instanceof Outcome.Failed(ResultReason reason, _)
        && reason.equals(ResultReason.AUTHENTICATION_NOT_SUCCESSFUL);
  }

  @Test
  void anIdentifierThatNoTextCanHoldFindsNothingAndSparesTheAudit() {
    String id = "a" + (char) 0 + System.nanoTime();
    try (TestConnection connection = TestConnection.open(node.kmip(), cluster.register("erin"))) {
      assertThat(connection.fail(V2, Requests.get(id)).reason())
          .isEqualTo(ResultReason.OBJECT_NOT_FOUND);
      Attribute<ObjectId> attribute =
          Attribute.of(AttributeTypes.UNIQUE_IDENTIFIER, ObjectId.of(id));
      assertThat(connection.perform(V1, Requests.locate(attribute)).uniqueIdentifiers()).isEmpty();
      connection.perform(
          V1, Requests.createKey(Attribute.custom("x-" + (char) 0, "value of a strange name")));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            cluster.audit().stream()
                .anyMatch(event -> event.objectId().equals(id.replace((char) 0, '\ufffd'))));
  }

  private static List<ResponseItem> withPassword(TestConnection carol, String password) {
    Credential credential =
        new Credential.UsernameAndPassword(
            "carol", Optional.of(SecretBytes.takeOver(password.getBytes(StandardCharsets.UTF_8))));
    RequestHeader header =
        new RequestHeader(
            V1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(credential),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1);
    return carol
        .exchange(new RequestMessage(header, List.of(RequestItem.of(Requests.locate()))))
        .items();
  }
}
