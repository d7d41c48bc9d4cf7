package io.keymoor.kms.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseItem.Outcome;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.Archive;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.DeleteAttribute;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.GetUsageAllocation;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.ModifyAttribute;
import io.keymoor.kmip.operation.ReKey;
import io.keymoor.kmip.operation.Recover;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.SetAttribute;
import io.keymoor.kmip.vocabulary.AsynchronousIndicator;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches, identifiers, names, ownership, versions: the rules that hold for every operation. */
class ServerRulesTest {
  private static final ProtocolVersion V1 = ProtocolVersion.V1_4;
  private static final ProtocolVersion V2 = ProtocolVersion.V2_1;

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static KmsNode node;
  private static TlsIdentity alice;
  private static TlsIdentity bob;
  private static TlsIdentity administrator;

  private TestConnection connection;

  @BeforeAll
  static void start() {
    cluster = TestCluster.embedded(directory);
    node = cluster.start("node");
    alice = cluster.register("alice");
    bob = cluster.register("bob");
    administrator = cluster.register(new Client("root", Optional.empty(), true), Optional.empty());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    connection = TestConnection.open(node.kmip(), alice);
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  @Test
  void aBatchStopsAtTheFirstFailureUnlessItSaysOtherwise() {
    Request<?>[] batch = {
      Requests.createKey(), new Destroy(ObjectId.of("nobody")), Requests.createKey()
    };
    List<ResponseItem> stopped = run(Optional.empty(), batch);
    assertThat(stopped).hasSize(2);
    assertThat(reason(stopped.get(1))).isEqualTo(ResultReason.ITEM_NOT_FOUND);
    assertThat(find(created(stopped.get(0)))).isTrue();

    List<ResponseItem> continued = run(Optional.of(BatchErrorContinuationOption.CONTINUE), batch);
    assertThat(continued).hasSize(3);
    assertThat(find(created(continued.get(2)))).isTrue();
  }

  @Test
  void anUndoneBatchLeavesNothingBehind() {
    List<ResponseItem> undone =
        run(
            Optional.of(BatchErrorContinuationOption.UNDO),
            Requests.createKey(Requests.name("undone")),
            new Destroy(ObjectId.of("nobody")));
    assertThat(undone.get(0).outcome()).isInstanceOf(Outcome.Undone.class);
    assertThat(undone.get(1).outcome()).isInstanceOf(Outcome.Failed.class);
    assertThat(connection.perform(V1, Requests.locate(Requests.name("undone"))).uniqueIdentifiers())
        .isEmpty();
  }

  @Test
  void theIdPlaceholderStandsForWhatTheBatchMadeOrFoundAlone() {
    List<ResponseItem> made =
        run(
            Optional.empty(),
            Requests.createKey(Requests.name("placeholder")),
            new Activate(ObjectId.PLACEHOLDER),
            new GetAttributes(ObjectId.PLACEHOLDER, List.of(AttributeTypes.STATE)));
    GetAttributes.Result state =
        (GetAttributes.Result) ((Outcome.Success) made.get(2).outcome()).payload();
    assertThat(state.uniqueIdentifier()).isEqualTo(created(made.get(0)));
    assertThat(state.attributes().first(AttributeTypes.STATE)).contains(State.ACTIVE);

    List<ResponseItem> ambiguous =
        run(
            Optional.empty(),
            Requests.locate(),
            new GetAttributes(ObjectId.PLACEHOLDER, List.of()));
    assertThat(reason(ambiguous.get(1))).isEqualTo(ResultReason.ITEM_NOT_FOUND);
  }

  @Test
  void namesAreUniqueAmongAnOwnersLivingObjects() {
    String first =
        connection.perform(V1, Requests.createKey(Requests.name("one"))).uniqueIdentifier();
    assertThat(connection.fail(V1, Requests.createKey(Requests.name("one"))).reason())
        .isEqualTo(ResultReason.INVALID_FIELD);
    assertThat(connection.fail(V2, Requests.createKey(Requests.name("one"))).reason())
        .isEqualTo(ResultReason.NON_UNIQUE_NAME_ATTRIBUTE);
    try (TestConnection other = TestConnection.open(node.kmip(), bob)) {
      other.perform(V1, Requests.createKey(Requests.name("one")));
    }
    connection.perform(V1, new Destroy(ObjectId.of(first)));
    connection.perform(V1, Requests.createKey(Requests.name("one")));
  }

  @Test
  void whoIsNotTheOwnerSeesNothingAndAnAdministratorEndsWithoutGetting() {
    String id = connection.perform(V1, Requests.createKey()).uniqueIdentifier();
    try (TestConnection other = TestConnection.open(node.kmip(), bob)) {
      assertThat(other.fail(V1, Requests.get(id)).reason()).isEqualTo(ResultReason.ITEM_NOT_FOUND);
      assertThat(other.fail(V2, Requests.attributes(id)).reason())
          .isEqualTo(ResultReason.OBJECT_NOT_FOUND);
      assertThat(
              other
                  .perform(
                      V1,
                      Requests.locate(
                          Attribute.of(AttributeTypes.UNIQUE_IDENTIFIER, ObjectId.of(id))))
                  .uniqueIdentifiers())
          .isEmpty();
    }
    try (TestConnection root = TestConnection.open(node.kmip(), administrator)) {
      root.perform(V1, Requests.attributes(id));
      assertThat(root.fail(V1, Requests.get(id)).reason())
          .isEqualTo(ResultReason.PERMISSION_DENIED);
      root.perform(V1, new Destroy(ObjectId.of(id)));
    }
    assertThat(connection.fail(V2, Requests.get(id)).reason())
        .isEqualTo(ResultReason.OBJECT_DESTROYED);
  }

  @Test
  void anActiveKeyIsDestroyedOnlyAfterItWasRevoked() {
    String id = connection.perform(V1, Requests.createKey()).uniqueIdentifier();
    connection.perform(V1, new Activate(ObjectId.of(id)));
    assertThat(connection.fail(V1, new Destroy(ObjectId.of(id))).reason())
        .isEqualTo(ResultReason.PERMISSION_DENIED);
    assertThat(connection.fail(V2, new Destroy(ObjectId.of(id))).reason())
        .isEqualTo(ResultReason.WRONG_KEY_LIFECYCLE_STATE);
    connection.perform(V1, Requests.revoke(id));
    connection.perform(V1, new Destroy(ObjectId.of(id)));
  }

  @Test
  void anArchivedKeyComesBackByRecover() {
    String id = connection.perform(V1, Requests.createKey()).uniqueIdentifier();
    connection.perform(V1, new Archive(ObjectId.of(id)));
    assertThat(connection.fail(V1, Requests.get(id)).reason())
        .isEqualTo(ResultReason.OBJECT_ARCHIVED);
    connection.perform(V1, new Recover(ObjectId.of(id)));
    connection.perform(V1, Requests.get(id)).managedObject().close();
  }

  @Test
  void aReplacementTakesOverTheNameAndBothAreLinked() {
    String old =
        connection.perform(V1, Requests.createKey(Requests.name("rotated"))).uniqueIdentifier();
    String fresh =
        connection
            .perform(
                V1,
                new ReKey(
                    ObjectId.of(old),
                    Optional.of(Duration.ZERO),
                    Optional.empty(),
                    Optional.empty()))
            .uniqueIdentifier();
    assertThat(
            connection.perform(V1, Requests.locate(Requests.name("rotated"))).uniqueIdentifiers())
        .containsExactly(fresh);
    assertThat(
            connection
                .perform(V1, Requests.attributes(old))
                .attributes()
                .first(AttributeTypes.LINK)
                .orElseThrow()
                .target())
        .isEqualTo(ObjectId.of(fresh));
    assertThat(Requests.hex(connection.perform(V1, Requests.get(old)).managedObject()))
        .isNotEqualTo(Requests.hex(connection.perform(V1, Requests.get(fresh)).managedObject()));
  }

  @Test
  void oneObjectIsSeenInTheShapeOfEveryVersion() {
    String id =
        connection
            .perform(V1, Requests.createKey(Attribute.custom("x-Zone", "red")))
            .uniqueIdentifier();
    connection.perform(
        V2,
        new SetAttribute(ObjectId.of(id), Attribute.of(AttributeTypes.CONTACT_INFORMATION, "Joe")));
    String key = Requests.hex(connection.perform(V1, Requests.get(id)).managedObject());
    for (ProtocolVersion version : ProtocolVersion.SUPPORTED) {
      GetAttributes.Result all = connection.perform(version, Requests.attributes(id));
      assertThat(all.attributes().list())
          .as("KMIP " + version)
          .anyMatch(it -> it.type().name().equals("x-Zone"))
          .anyMatch(it -> it.type().equals(AttributeTypes.CONTACT_INFORMATION))
          .allMatch(it -> it.type().isIn(version));
      assertThat(Requests.hex(connection.perform(version, Requests.get(id)).managedObject()))
          .isEqualTo(key);
      Locate.Result found =
          connection.perform(version, Requests.locate(Attribute.custom("x-Zone", "red")));
      assertThat(found.uniqueIdentifiers()).as("KMIP " + version).containsExactly(id);
    }
  }

  @Test
  void requestsThisServerCannotServeAreRefusedAsAWhole() {
    RequestHeader plain = RequestHeader.of(V2, 1);
    RequestHeader later =
        new RequestHeader(
            V2,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(AsynchronousIndicator.MANDATORY),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1);
    RequestHeader small =
        new RequestHeader(
            V2,
            Optional.of(100),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1);
    List<RequestItem> items = List.of(RequestItem.of(Requests.createKey(Requests.name("no"))));
    assertThat(reason(send(later, items).items().getFirst()))
        .isEqualTo(ResultReason.FEATURE_NOT_SUPPORTED);
    assertThat(reason(send(small, items).items().getFirst()))
        .isEqualTo(ResultReason.RESPONSE_TOO_LARGE);
    assertThat(send(plain, items).items().getFirst().outcome())
        .as("the refused ones made nothing, so the name is free")
        .isInstanceOf(Outcome.Success.class);
  }

  @Test
  void failuresHaveTheReasonsThatEachVersionGivesThem() {
    connection.perform(V1, Requests.createKey(Requests.name("taken")));
    ObjectId key = ObjectId.of(connection.perform(V1, Requests.createKey()).uniqueIdentifier());
    Attribute<State> active = Attribute.of(AttributeTypes.STATE, State.ACTIVE);
    refused(
        new AddAttribute(key, active),
        ResultReason.PERMISSION_DENIED,
        ResultReason.READ_ONLY_ATTRIBUTE);
    refused(
        new ModifyAttribute(key, Optional.empty(), active),
        ResultReason.PERMISSION_DENIED,
        ResultReason.ATTRIBUTE_READ_ONLY);
    refused(
        new AddAttribute(key, Requests.name("taken")),
        ResultReason.ILLEGAL_OPERATION,
        ResultReason.NON_UNIQUE_NAME_ATTRIBUTE);
    refused(
        Requests.createKey(Requests.name("taken")),
        ResultReason.INVALID_FIELD,
        ResultReason.NON_UNIQUE_NAME_ATTRIBUTE);
    refused(
        new DeleteAttribute(
            key, Optional.empty(), Optional.of(AttributeTypes.COMMENT), Optional.empty()),
        ResultReason.ITEM_NOT_FOUND,
        ResultReason.ATTRIBUTE_NOT_FOUND);
    refused(
        new GetUsageAllocation(key, 1),
        ResultReason.ILLEGAL_OPERATION,
        ResultReason.ATTRIBUTE_NOT_FOUND);
  }

  private void refused(Request<?> request, ResultReason in1, ResultReason in2) {
    assertThat(connection.fail(V1, request).reason()).isEqualTo(in1);
    assertThat(connection.fail(V2, request).reason()).isEqualTo(in2);
  }

  private List<ResponseItem> run(
      Optional<BatchErrorContinuationOption> option, Request<?>... requests) {
    RequestHeader header =
        new RequestHeader(
            V1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            option,
            Optional.of(true),
            Optional.empty(),
            requests.length);
    return send(header, Arrays.stream(requests).map(RequestItem::of).toList()).items();
  }

  private ResponseMessage send(RequestHeader header, List<RequestItem> items) {
    return connection.exchange(new RequestMessage(header, items));
  }

  private boolean find(String id) {
    return connection
            .perform(
                V1,
                Requests.locate(Attribute.of(AttributeTypes.UNIQUE_IDENTIFIER, ObjectId.of(id))))
            .uniqueIdentifiers()
            .size()
        == 1;
  }

  private static String created(ResponseItem item) {
    return ((Create.Result) ((Outcome.Success) item.outcome()).payload()).uniqueIdentifier();
  }

  private static ResultReason reason(ResponseItem item) {
    return ((Outcome.Failed) item.outcome()).reason();
  }
}
