package io.keymoor.kms.failure;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.util.Map;

/**
 * A batch item that fails. The message goes to the client: it names attributes and rules, never key
 * bytes and nothing of other clients.
 *
 * <p>Reasons are those of KMIP 2.1; {@link #reason(ProtocolVersion)} answers what an older version
 * has for them.
 */
public final class KmipFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What KMIP 1.x calls the reasons that 2.x split up (KMIP 1.4 section 11). */
  private static final Map<ResultReason, ResultReason> BEFORE_2_0 =
      Map.ofEntries(
          Map.entry(ResultReason.OBJECT_NOT_FOUND, ResultReason.ITEM_NOT_FOUND),
          Map.entry(ResultReason.OBJECT_DESTROYED, ResultReason.ILLEGAL_OPERATION),
          Map.entry(ResultReason.WRONG_KEY_LIFECYCLE_STATE, ResultReason.PERMISSION_DENIED),
          Map.entry(
              ResultReason.INCOMPATIBLE_CRYPTOGRAPHIC_USAGE_MASK, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.USAGE_LIMIT_EXCEEDED, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.ATTRIBUTE_READ_ONLY, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.READ_ONLY_ATTRIBUTE, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.UNSUPPORTED_ATTRIBUTE, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.ATTRIBUTE_NOT_FOUND, ResultReason.ITEM_NOT_FOUND),
          Map.entry(ResultReason.ATTRIBUTE_INSTANCE_NOT_FOUND, ResultReason.ITEM_NOT_FOUND),
          Map.entry(ResultReason.ATTRIBUTE_SINGLE_VALUED, ResultReason.ILLEGAL_OPERATION),
          Map.entry(ResultReason.MULTI_VALUED_ATTRIBUTE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.NON_UNIQUE_NAME_ATTRIBUTE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.INVALID_ATTRIBUTE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.INVALID_ATTRIBUTE_VALUE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.INVALID_OBJECT_TYPE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.ILLEGAL_OBJECT_TYPE, ResultReason.ILLEGAL_OPERATION),
          Map.entry(ResultReason.INVALID_DATA_TYPE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.NUMERIC_RANGE, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.MISSING_INITIALIZATION_VECTOR, ResultReason.INVALID_MESSAGE),
          Map.entry(ResultReason.INVALID_CORRELATION_VALUE, ResultReason.ITEM_NOT_FOUND),
          Map.entry(
              ResultReason.INVALID_ASYNCHRONOUS_CORRELATION_VALUE, ResultReason.ITEM_NOT_FOUND),
          Map.entry(ResultReason.WRAPPING_OBJECT_NOT_FOUND, ResultReason.ITEM_NOT_FOUND),
          Map.entry(ResultReason.WRAPPING_OBJECT_ARCHIVED, ResultReason.OBJECT_ARCHIVED),
          Map.entry(ResultReason.WRAPPING_OBJECT_DESTROYED, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.KEY_WRAP_TYPE_NOT_SUPPORTED, ResultReason.FEATURE_NOT_SUPPORTED),
          Map.entry(ResultReason.OBJECT_ALREADY_EXISTS, ResultReason.ILLEGAL_OPERATION),
          Map.entry(ResultReason.SERVER_LIMIT_EXCEEDED, ResultReason.INVALID_FIELD),
          Map.entry(ResultReason.INTERNAL_SERVER_ERROR, ResultReason.GENERAL_FAILURE),
          Map.entry(ResultReason.NOT_AUTHORISED, ResultReason.PERMISSION_DENIED),
          Map.entry(ResultReason.UNSUPPORTED_PROTOCOL_VERSION, ResultReason.INVALID_MESSAGE));

  private final transient ResultReason reason;
  private final transient ResultReason before20;

  public KmipFailure(ResultReason reason, String message) {
    this(reason, BEFORE_2_0.getOrDefault(reason, reason), message);
  }

  /**
   * As above, where KMIP 1.x says a failure in its own way for an operation (KMIP 1.4 section 11).
   */
  public KmipFailure(ResultReason reason, ResultReason before20, String message) {
    super(message);
    this.reason = reason;
    this.before20 = before20;
  }

  /** The reason as this version knows it. */
  public ResultReason reason(ProtocolVersion version) {
    return version.isTagged() ? reason : before20;
  }
}
