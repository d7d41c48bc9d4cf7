package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which payload belongs to which operation. */
public final class Operations {
  private static final @Nullable Type<? extends Request<?>>[] REQUESTS = slots();
  private static final @Nullable Type<? extends Response>[] RESPONSES = answerSlots();
  private static final Map<Class<?>, Type<?>> BY_CLASS = new HashMap<>();

  static {
    add(Operation.DISCOVER_VERSIONS, DiscoverVersions.class, DiscoverVersions.TYPE);
    answer(
        Operation.DISCOVER_VERSIONS, DiscoverVersions.Result.class, DiscoverVersions.Result.TYPE);
    add(Operation.QUERY, Query.class, Query.TYPE);
    answer(Operation.QUERY, Query.Result.class, Query.Result.TYPE);
    add(Operation.CREATE, Create.class, Create.TYPE);
    answer(Operation.CREATE, Create.Result.class, Create.Result.TYPE);
    add(Operation.CREATE_KEY_PAIR, CreateKeyPair.class, CreateKeyPair.TYPE);
    answer(Operation.CREATE_KEY_PAIR, CreateKeyPair.Result.class, CreateKeyPair.Result.TYPE);
    add(Operation.REGISTER, Register.class, Register.TYPE);
    answer(Operation.REGISTER, Register.Result.class, Register.Result.TYPE);
    add(Operation.GET, Get.class, Get.TYPE);
    answer(Operation.GET, Get.Result.class, Get.Result.TYPE);
    add(Operation.GET_ATTRIBUTES, GetAttributes.class, GetAttributes.TYPE);
    answer(Operation.GET_ATTRIBUTES, GetAttributes.Result.class, GetAttributes.Result.TYPE);
    add(Operation.GET_ATTRIBUTE_LIST, GetAttributeList.class, GetAttributeList.TYPE);
    answer(
        Operation.GET_ATTRIBUTE_LIST, GetAttributeList.Result.class, GetAttributeList.Result.TYPE);
    add(Operation.ADD_ATTRIBUTE, AddAttribute.class, AddAttribute.TYPE);
    answer(Operation.ADD_ATTRIBUTE, AddAttribute.Result.class, AddAttribute.Result.TYPE);
    add(Operation.MODIFY_ATTRIBUTE, ModifyAttribute.class, ModifyAttribute.TYPE);
    answer(Operation.MODIFY_ATTRIBUTE, ModifyAttribute.Result.class, ModifyAttribute.Result.TYPE);
    add(Operation.DELETE_ATTRIBUTE, DeleteAttribute.class, DeleteAttribute.TYPE);
    answer(Operation.DELETE_ATTRIBUTE, DeleteAttribute.Result.class, DeleteAttribute.Result.TYPE);
    add(Operation.SET_ATTRIBUTE, SetAttribute.class, SetAttribute.TYPE);
    answer(Operation.SET_ATTRIBUTE, SetAttribute.Result.class, SetAttribute.Result.TYPE);
    add(Operation.ADJUST_ATTRIBUTE, AdjustAttribute.class, AdjustAttribute.TYPE);
    answer(Operation.ADJUST_ATTRIBUTE, AdjustAttribute.Result.class, AdjustAttribute.Result.TYPE);
    add(Operation.LOCATE, Locate.class, Locate.TYPE);
    answer(Operation.LOCATE, Locate.Result.class, Locate.Result.TYPE);
    add(Operation.CHECK, Check.class, Check.TYPE);
    answer(Operation.CHECK, Check.Result.class, Check.Result.TYPE);
    add(Operation.ACTIVATE, Activate.class, Activate.TYPE);
    answer(Operation.ACTIVATE, Activate.Result.class, Activate.Result.TYPE);
    add(Operation.REVOKE, Revoke.class, Revoke.TYPE);
    answer(Operation.REVOKE, Revoke.Result.class, Revoke.Result.TYPE);
    add(Operation.DESTROY, Destroy.class, Destroy.TYPE);
    answer(Operation.DESTROY, Destroy.Result.class, Destroy.Result.TYPE);
    add(Operation.ARCHIVE, Archive.class, Archive.TYPE);
    answer(Operation.ARCHIVE, Archive.Result.class, Archive.Result.TYPE);
    add(Operation.RECOVER, Recover.class, Recover.TYPE);
    answer(Operation.RECOVER, Recover.Result.class, Recover.Result.TYPE);
    add(Operation.RE_KEY, ReKey.class, ReKey.TYPE);
    answer(Operation.RE_KEY, ReKey.Result.class, ReKey.Result.TYPE);
    add(Operation.RE_KEY_KEY_PAIR, ReKeyKeyPair.class, ReKeyKeyPair.TYPE);
    answer(Operation.RE_KEY_KEY_PAIR, ReKeyKeyPair.Result.class, ReKeyKeyPair.Result.TYPE);
    add(Operation.OBTAIN_LEASE, ObtainLease.class, ObtainLease.TYPE);
    answer(Operation.OBTAIN_LEASE, ObtainLease.Result.class, ObtainLease.Result.TYPE);
    add(Operation.GET_USAGE_ALLOCATION, GetUsageAllocation.class, GetUsageAllocation.TYPE);
    answer(
        Operation.GET_USAGE_ALLOCATION,
        GetUsageAllocation.Result.class,
        GetUsageAllocation.Result.TYPE);
    add(Operation.ENCRYPT, Encrypt.class, Encrypt.TYPE);
    answer(Operation.ENCRYPT, Encrypt.Result.class, Encrypt.Result.TYPE);
    add(Operation.DECRYPT, Decrypt.class, Decrypt.TYPE);
    answer(Operation.DECRYPT, Decrypt.Result.class, Decrypt.Result.TYPE);
    add(Operation.SIGN, Sign.class, Sign.TYPE);
    answer(Operation.SIGN, Sign.Result.class, Sign.Result.TYPE);
    add(Operation.SIGNATURE_VERIFY, SignatureVerify.class, SignatureVerify.TYPE);
    answer(Operation.SIGNATURE_VERIFY, SignatureVerify.Result.class, SignatureVerify.Result.TYPE);
    add(Operation.MAC, Mac.class, Mac.TYPE);
    answer(Operation.MAC, Mac.Result.class, Mac.Result.TYPE);
    add(Operation.MAC_VERIFY, MacVerify.class, MacVerify.TYPE);
    answer(Operation.MAC_VERIFY, MacVerify.Result.class, MacVerify.Result.TYPE);
    add(Operation.HASH, Hash.class, Hash.TYPE);
    answer(Operation.HASH, Hash.Result.class, Hash.Result.TYPE);
    add(Operation.RNG_RETRIEVE, RngRetrieve.class, RngRetrieve.TYPE);
    answer(Operation.RNG_RETRIEVE, RngRetrieve.Result.class, RngRetrieve.Result.TYPE);
    add(Operation.RNG_SEED, RngSeed.class, RngSeed.TYPE);
    answer(Operation.RNG_SEED, RngSeed.Result.class, RngSeed.Result.TYPE);
    add(Operation.DERIVE_KEY, DeriveKey.class, DeriveKey.TYPE);
    answer(Operation.DERIVE_KEY, DeriveKey.Result.class, DeriveKey.Result.TYPE);
    add(Operation.CERTIFY, Certify.class, Certify.TYPE);
    answer(Operation.CERTIFY, Certify.Result.class, Certify.Result.TYPE);
    add(Operation.RE_CERTIFY, ReCertify.class, ReCertify.TYPE);
    answer(Operation.RE_CERTIFY, ReCertify.Result.class, ReCertify.Result.TYPE);
    add(Operation.CREATE_SPLIT_KEY, CreateSplitKey.class, CreateSplitKey.TYPE);
    answer(Operation.CREATE_SPLIT_KEY, CreateSplitKey.Result.class, CreateSplitKey.Result.TYPE);
    add(Operation.JOIN_SPLIT_KEY, JoinSplitKey.class, JoinSplitKey.TYPE);
    answer(Operation.JOIN_SPLIT_KEY, JoinSplitKey.Result.class, JoinSplitKey.Result.TYPE);
    add(Operation.IMPORT, Import.class, Import.TYPE);
    answer(Operation.IMPORT, Import.Result.class, Import.Result.TYPE);
    add(Operation.EXPORT, Export.class, Export.TYPE);
    answer(Operation.EXPORT, Export.Result.class, Export.Result.TYPE);
    add(Operation.INTEROP, Interop.class, Interop.TYPE);
    answer(Operation.INTEROP, Interop.Result.class, Interop.Result.TYPE);
    add(Operation.LOG, Log.class, Log.TYPE);
    answer(Operation.LOG, Log.Result.class, Log.Result.TYPE);
    add(Operation.PING, Ping.class, Ping.TYPE);
    answer(Operation.PING, Ping.Result.class, Ping.Result.TYPE);
    add(Operation.CANCEL, Cancel.class, Cancel.TYPE);
    answer(Operation.CANCEL, Cancel.Result.class, Cancel.Result.TYPE);
    add(Operation.POLL, Poll.class, Poll.TYPE);
  }

  private Operations() {}

  /** Whether this library has types for the operation. */
  public static boolean isTyped(Operation operation) {
    return request(operation) != null;
  }

  /** Reads the payload of a request. */
  public static Request<?> readRequest(Decoder in, Operation operation) {
    Type<? extends Request<?>> type = request(operation);
    return type == null ? new OtherRequest(operation, Types.ANY.read(in)) : type.read(in);
  }

  /** Reads the payload of an answer. */
  public static Response readResponse(Decoder in, Operation operation) {
    int value = operation.value();
    Type<? extends Response> type =
        value >= 0 && value < RESPONSES.length ? RESPONSES[value] : null;
    return type == null ? new OtherResponse(Types.ANY.read(in)) : type.read(in);
  }

  /** Writes the payload of a request. */
  public static void write(Encoder out, Request<?> request) {
    if (request instanceof OtherRequest other) {
      Types.ANY.write(out, Tag.REQUEST_PAYLOAD, other.payload());
    } else {
      write(out, Tag.REQUEST_PAYLOAD, request);
    }
  }

  /** Writes the payload of an answer. */
  public static void write(Encoder out, Response response) {
    if (response instanceof OtherResponse other) {
      Types.ANY.write(out, Tag.RESPONSE_PAYLOAD, other.payload());
    } else {
      write(out, Tag.RESPONSE_PAYLOAD, response);
    }
  }

  @SuppressWarnings("unchecked") // The table maps each class to its own type.
  private static void write(Encoder out, int tag, Object payload) {
    Type<Object> type = (Type<Object>) BY_CLASS.get(payload.getClass());
    if (type == null) {
      throw new IllegalStateException("no type for " + payload.getClass());
    }
    type.write(out, tag, payload);
  }

  private static @Nullable Type<? extends Request<?>> request(Operation operation) {
    int value = operation.value();
    return value >= 0 && value < REQUESTS.length ? REQUESTS[value] : null;
  }

  private static <Q extends Request<?>> void add(
      Operation operation, Class<Q> requests, Structure<Q> type) {
    REQUESTS[operation.value()] = type;
    BY_CLASS.put(requests, type);
  }

  private static <R extends Response> void answer(
      Operation operation, Class<R> responses, Structure<R> type) {
    RESPONSES[operation.value()] = type;
    BY_CLASS.put(responses, type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Type<? extends Request<?>>[] slots() {
    return new Type[0x40];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Type<? extends Response>[] answerSlots() {
    return new Type[0x40];
  }
}
