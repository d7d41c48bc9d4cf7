package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.RngParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.CapabilityInformation;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Interop;
import io.keymoor.kmip.operation.Log;
import io.keymoor.kmip.operation.ProfileInformation;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.RngRetrieve;
import io.keymoor.kmip.operation.RngSeed;
import io.keymoor.kmip.vocabulary.DataReference;
import io.keymoor.kmip.vocabulary.DestroyAction;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.RngAlgorithm;
import io.keymoor.kmip.vocabulary.RngMode;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.ttlv.Ttlv;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations on no object: Query, Discover Versions, RNG Retrieve and Seed, Log, Interop, Ping. */
final class ServerOperations {
  private static final Logger LOG = LoggerFactory.getLogger(ServerOperations.class);
  private static final int MOST_RANDOM_BYTES = 1 << 16;
  private static final String VENDOR = "Keymoor";

  static final List<Operation> SUPPORTED =
      List.of(
          Operation.CREATE,
          Operation.CREATE_KEY_PAIR,
          Operation.REGISTER,
          Operation.RE_KEY,
          Operation.RE_KEY_KEY_PAIR,
          Operation.DERIVE_KEY,
          Operation.CERTIFY,
          Operation.RE_CERTIFY,
          Operation.CREATE_SPLIT_KEY,
          Operation.JOIN_SPLIT_KEY,
          Operation.LOCATE,
          Operation.CHECK,
          Operation.GET,
          Operation.GET_ATTRIBUTES,
          Operation.GET_ATTRIBUTE_LIST,
          Operation.ADD_ATTRIBUTE,
          Operation.MODIFY_ATTRIBUTE,
          Operation.DELETE_ATTRIBUTE,
          Operation.OBTAIN_LEASE,
          Operation.GET_USAGE_ALLOCATION,
          Operation.ACTIVATE,
          Operation.REVOKE,
          Operation.DESTROY,
          Operation.ARCHIVE,
          Operation.RECOVER,
          Operation.QUERY,
          Operation.CANCEL,
          Operation.POLL,
          Operation.DISCOVER_VERSIONS,
          Operation.ENCRYPT,
          Operation.DECRYPT,
          Operation.SIGN,
          Operation.SIGNATURE_VERIFY,
          Operation.MAC,
          Operation.MAC_VERIFY,
          Operation.RNG_RETRIEVE,
          Operation.RNG_SEED,
          Operation.HASH,
          Operation.IMPORT,
          Operation.EXPORT,
          Operation.LOG,
          Operation.ADJUST_ATTRIBUTE,
          Operation.SET_ATTRIBUTE,
          Operation.INTEROP,
          Operation.PING);

  private static final List<ObjectType> OBJECTS =
      List.of(
          ObjectType.CERTIFICATE,
          ObjectType.SYMMETRIC_KEY,
          ObjectType.PUBLIC_KEY,
          ObjectType.PRIVATE_KEY,
          ObjectType.SPLIT_KEY,
          ObjectType.TEMPLATE,
          ObjectType.SECRET_DATA,
          ObjectType.OPAQUE_OBJECT,
          ObjectType.PGP_KEY,
          ObjectType.CERTIFICATE_REQUEST);

  private final SecureRandom random;
  private final SeedPolicy seedPolicy;

  ServerOperations(SecureRandom random, SeedPolicy seedPolicy) {
    this.random = random;
    this.seedPolicy = seedPolicy;
  }

  DiscoverVersions.Result discoverVersions(DiscoverVersions request) {
    List<ProtocolVersion> versions = new ArrayList<>(ProtocolVersion.SUPPORTED);
    if (!request.versions().isEmpty()) {
      // In the client's order of preference (KMIP 1.4 section 4.26).
      versions = new ArrayList<>(request.versions());
      versions.retainAll(ProtocolVersion.SUPPORTED);
    }
    return new DiscoverVersions.Result(versions);
  }

  Query.Result query(Query request, BatchContext context) {
    Set<QueryFunction> asked = Set.copyOf(request.functions());
    ProtocolVersion version = context.version();
    boolean server = asked.contains(QueryFunction.QUERY_SERVER_INFORMATION);
    return new Query.Result(
        asked.contains(QueryFunction.QUERY_OPERATIONS)
            ? SUPPORTED.stream().filter(it -> version.isAtLeast(it.since())).toList()
            : List.of(),
        asked.contains(QueryFunction.QUERY_OBJECTS) ? objects(version) : List.of(),
        server ? Optional.of(VENDOR) : Optional.empty(),
        server
            ? Optional.of(new Ttlv.Structure(Tag.SERVER_INFORMATION, List.of()))
            : Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        asked.contains(QueryFunction.QUERY_RNGS) ? List.of(rng()) : List.of(),
        List.<ProfileInformation>of(),
        List.of(),
        asked.contains(QueryFunction.QUERY_CAPABILITIES) ? List.of(capabilities()) : List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<ObjectType> objects(ProtocolVersion version) {
    return OBJECTS.stream()
        .filter(type -> !type.equals(ObjectType.TEMPLATE) || !version.isTagged())
        .filter(type -> !type.equals(ObjectType.CERTIFICATE_REQUEST) || version.isTagged())
        .filter(type -> !type.equals(ObjectType.PGP_KEY) || version.isAtLeast(ProtocolVersion.V1_2))
        .toList();
  }

  private static RngParameters rng() {
    return new RngParameters(
        RngAlgorithm.UNSPECIFIED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static CapabilityInformation capabilities() {
    return new CapabilityInformation(
        Optional.of(true),
        Optional.of(false),
        Optional.of(false),
        Optional.of(true),
        Optional.of(true),
        Optional.empty(),
        Optional.of(DestroyAction.KEY_MATERIAL_DELETED),
        Optional.empty(),
        Optional.of(RngMode.SHARED_INSTANTIATION),
        Optional.of(false));
  }

  RngRetrieve.Result retrieve(RngRetrieve request, BatchContext context) {
    if (request.length() < 1 || request.length() > MOST_RANDOM_BYTES) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "Random data come in 1 to " + MOST_RANDOM_BYTES + " bytes.");
    }
    byte[] bytes = new byte[request.length()];
    random.nextBytes(bytes);
    ByteString data = ByteString.owning(bytes);
    context.answered(data, DataReference.RNG_RETRIEVE);
    return new RngRetrieve.Result(data);
  }

  RngSeed.Result seed(RngSeed request) {
    int taken = seedPolicy.taken(request.data().length());
    if (taken > 0) {
      // Adds to the state, never replaces it: a seed that an attacker knows does no harm.
      random.setSeed(Arrays.copyOf(request.data().toByteArray(), taken));
    }
    return new RngSeed.Result(taken);
  }

  Log.Result log(Log request, BatchContext context) {
    LOG.info(
        "{} says: {}",
        context.client().name(),
        request.message().replaceAll("\\p{Cntrl}", " ").strip());
    return new Log.Result();
  }

  Interop.Result interop(Interop request, BatchContext context) {
    LOG.info(
        "{}: interoperability test {} {}",
        context.client().name(),
        request.function(),
        request.identifier().orElse("").replaceAll("\\p{Cntrl}", " "));
    return new Interop.Result();
  }
}
