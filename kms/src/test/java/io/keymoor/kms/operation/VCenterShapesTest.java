package io.keymoor.kms.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requests of a vCenter 7.0.3, shape by shape: KMIP 1.1, a header of version and batch count
 * only, item identifiers {@code QLKC} and a little-endian number in all but the opening
 * DiscoverVersions, and one short connection per job.
 */
class VCenterShapesTest {
  private static final ProtocolVersion V = ProtocolVersion.V1_1;

  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static KmsNode node;
  private static TlsIdentity vcenter;

  @BeforeAll
  static void start() {
    cluster = TestCluster.embedded(directory);
    node = cluster.start("node");
    vcenter = cluster.register("vcenter");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void theProbeLearnsVersionsAndTheServer() {
    try (Job job = new Job()) {
      Query.Result result =
          (Query.Result)
              job.one(new Query(List.of(QueryFunction.QUERY_SERVER_INFORMATION), Optional.empty()));
      assertThat(result.vendorIdentification()).contains("Keymoor");
    }
  }

  @Test
  void theHealthCheckAsksForVersionsTwiceOnOneConnection() {
    try (Job job = new Job()) {
      assertThat(job.versions()).contains(V);
    }
  }

  @Test
  void aKeyIsMadeTaggedFetchedAndActivated() {
    String id = create();
    tag(id, "x-Product_Version", "x-Vendor", "x-Product");
    tag(id, "x-Identifier", "x-Component", "x-Name");
    try (Job job = new Job()) {
      Get.Result got = (Get.Result) job.one(get(id));
      assertThat(got.objectType()).isEqualTo(ObjectType.SYMMETRIC_KEY);
      assertThat(got.uniqueIdentifier()).isEqualTo(id);
      KeyBlock block = ((ManagedObject.SymmetricKey) got.managedObject()).block();
      assertThat(block.format()).isEqualTo(KeyFormatType.RAW);
      assertThat(block.algorithm()).contains(CryptographicAlgorithm.AES);
      assertThat(block.length()).contains(256);
      got.managedObject().close();
      assertThat(attributes(job, id, AttributeTypes.STATE))
          .containsExactly(Attribute.of(AttributeTypes.STATE, State.PRE_ACTIVE));
      job.one(new Activate(ObjectId.of(id)));
    }
    try (Job job = new Job()) {
      assertThat(attributes(job, id, AttributeTypes.STATE))
          .containsExactly(Attribute.of(AttributeTypes.STATE, State.ACTIVE));
    }
  }

  @Test
  void jobsOnOneKeyOverlap() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> jobs = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String id = create();
        for (Callable<Object> work :
            List.<Callable<Object>>of(
                () -> tagged(id, "x-Product_Version", "x-Vendor", "x-Product"),
                () -> tagged(id, "x-Identifier", "x-Component", "x-Name"),
                () -> fetched(id))) {
          jobs.add(threads.submit(work));
        }
      }
      for (Future<?> job : jobs) {
        job.get();
      }
    }
  }

  private static Object tagged(String id, String... names) {
    tag(id, names);
    return id;
  }

  private static Object fetched(String id) {
    try (Job job = new Job()) {
      Get.Result got = (Get.Result) job.one(get(id));
      got.managedObject().close();
      return job.one(new Activate(ObjectId.of(id)));
    }
  }

  private static String create() {
    try (Job job = new Job()) {
      return ((Create.Result)
              job.one(
                  new Create(
                      ObjectType.SYMMETRIC_KEY,
                      NewAttributes.of(
                          Attribute.of(
                              AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.AES),
                          Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, 12),
                          Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, 256)),
                      Optional.empty())))
          .uniqueIdentifier();
    }
  }

  private static void tag(String id, String... names) {
    try (Job job = new Job()) {
      for (String name : names) {
        assertThat(attributes(job, id, AttributeType.custom(name))).as(name).isEmpty();
      }
      List<Request<?>> additions = new ArrayList<>();
      for (String name : names) {
        additions.add(new AddAttribute(ObjectId.of(id), Attribute.custom(name, "of " + name)));
      }
      List<Response> answers = job.batch(additions);
      assertThat(answers).hasSize(3);
      for (String name : names) {
        assertThat(attributes(job, id, AttributeType.custom(name)))
            .extracting(attribute -> attribute.type().name())
            .containsExactly(name);
      }
    }
  }

  private static Get get(String id) {
    return new Get(
        ObjectId.of(id), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static List<Attribute<?>> attributes(Job job, String id, AttributeType<?> type) {
    GetAttributes.Result result =
        (GetAttributes.Result) job.one(new GetAttributes(ObjectId.of(id), List.of(type)));
    assertThat(result.uniqueIdentifier()).isEqualTo(id);
    return result.attributes().list();
  }

  /** One connection, opened as vCenter does. */
  private static final class Job implements AutoCloseable {
    private final TestConnection connection = TestConnection.open(node.kmip(), vcenter);
    private final List<ProtocolVersion> versions;
    private int item;

    Job() {
      versions = connection.perform(V, new DiscoverVersions(List.of())).versions();
    }

    List<ProtocolVersion> versions() {
      assertThat(connection.perform(V, new DiscoverVersions(List.of())).versions())
          .isEqualTo(versions);
      return versions;
    }

    Response one(Request<?> request) {
      return batch(List.of(request)).getFirst();
    }

    List<Response> batch(List<Request<?>> requests) {
      List<RequestItem> items = new ArrayList<>();
      List<ByteString> ids = new ArrayList<>();
      for (Request<?> request : requests) {
        item++;
        byte[] id =
            ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("QLKC".getBytes(StandardCharsets.US_ASCII))
                .putInt(item)
                .array();
        ids.add(ByteString.owning(id));
        items.add(RequestItem.of(request, ByteString.copyOf(id)));
      }
      ResponseMessage answer =
          connection.exchange(new RequestMessage(RequestHeader.of(V, items.size()), items));
      assertThat(answer.header().version()).isEqualTo(V);
      assertThat(answer.items()).extracting(one -> one.id().orElseThrow()).isEqualTo(ids);
      return answer.items().stream()
          .map(ResponseItem::outcome)
          .map(outcome ->
              outcome instanceof ResponseItem.Outcome.Success(Response payload)
                  ? payload
                  : failed(outcome))
          .toList();
    }

    private static Response failed(ResponseItem.Outcome outcome) {
      throw new AssertionError("answered with " + outcome);
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
