package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Result Reason (KMIP 2.1 section 11.46); unknown values survive. */
public final class ResultReason extends OpenEnum {
  public static final EnumKind<ResultReason> KIND =
      new EnumKind<>(Tag.RESULT_REASON, ResultReason::new);

  public static final ResultReason ITEM_NOT_FOUND = KIND.known(0x01, "ItemNotFound");
  public static final ResultReason RESPONSE_TOO_LARGE = KIND.known(0x02, "ResponseTooLarge");
  public static final ResultReason AUTHENTICATION_NOT_SUCCESSFUL =
      KIND.known(0x03, "AuthenticationNotSuccessful");
  public static final ResultReason INVALID_MESSAGE = KIND.known(0x04, "InvalidMessage");
  public static final ResultReason OPERATION_NOT_SUPPORTED =
      KIND.known(0x05, "OperationNotSupported");
  public static final ResultReason MISSING_DATA = KIND.known(0x06, "MissingData");
  public static final ResultReason INVALID_FIELD = KIND.known(0x07, "InvalidField");
  public static final ResultReason FEATURE_NOT_SUPPORTED = KIND.known(0x08, "FeatureNotSupported");
  public static final ResultReason OPERATION_CANCELED_BY_REQUESTER =
      KIND.known(0x09, "OperationCanceledByRequester");
  public static final ResultReason CRYPTOGRAPHIC_FAILURE = KIND.known(0x0a, "CryptographicFailure");
  public static final ResultReason ILLEGAL_OPERATION = KIND.known(0x0b, "IllegalOperation");
  public static final ResultReason PERMISSION_DENIED = KIND.known(0x0c, "PermissionDenied");
  public static final ResultReason OBJECT_ARCHIVED = KIND.known(0x0d, "ObjectArchived");
  public static final ResultReason INDEX_OUT_OF_BOUNDS = KIND.known(0x0e, "IndexOutOfBounds");
  public static final ResultReason APPLICATION_NAMESPACE_NOT_SUPPORTED =
      KIND.known(0x0f, "ApplicationNamespaceNotSupported");
  public static final ResultReason KEY_FORMAT_TYPE_NOT_SUPPORTED =
      KIND.known(0x10, "KeyFormatTypeNotSupported");
  public static final ResultReason KEY_COMPRESSION_TYPE_NOT_SUPPORTED =
      KIND.known(0x11, "KeyCompressionTypeNotSupported");
  public static final ResultReason ENCODING_OPTION_ERROR = KIND.known(0x12, "EncodingOptionError");
  public static final ResultReason KEY_VALUE_NOT_PRESENT = KIND.known(0x13, "KeyValueNotPresent");
  public static final ResultReason ATTESTATION_REQUIRED = KIND.known(0x14, "AttestationRequired");
  public static final ResultReason ATTESTATION_FAILED = KIND.known(0x15, "AttestationFailed");
  public static final ResultReason SENSITIVE = KIND.known(0x16, "Sensitive");
  public static final ResultReason NOT_EXTRACTABLE = KIND.known(0x17, "NotExtractable");
  public static final ResultReason OBJECT_ALREADY_EXISTS = KIND.known(0x18, "ObjectAlreadyExists");
  public static final ResultReason INVALID_TICKET = KIND.known(0x19, "InvalidTicket");
  public static final ResultReason USAGE_LIMIT_EXCEEDED = KIND.known(0x1a, "UsageLimitExceeded");
  public static final ResultReason NUMERIC_RANGE = KIND.known(0x1b, "NumericRange");
  public static final ResultReason INVALID_DATA_TYPE = KIND.known(0x1c, "InvalidDataType");
  public static final ResultReason READ_ONLY_ATTRIBUTE = KIND.known(0x1d, "ReadOnlyAttribute");
  public static final ResultReason MULTI_VALUED_ATTRIBUTE =
      KIND.known(0x1e, "MultiValuedAttribute");
  public static final ResultReason UNSUPPORTED_ATTRIBUTE = KIND.known(0x1f, "UnsupportedAttribute");
  public static final ResultReason ATTRIBUTE_INSTANCE_NOT_FOUND =
      KIND.known(0x20, "AttributeInstanceNotFound");
  public static final ResultReason ATTRIBUTE_NOT_FOUND = KIND.known(0x21, "AttributeNotFound");
  public static final ResultReason ATTRIBUTE_READ_ONLY = KIND.known(0x22, "AttributeReadOnly");
  public static final ResultReason ATTRIBUTE_SINGLE_VALUED =
      KIND.known(0x23, "AttributeSingleValued");
  public static final ResultReason BAD_CRYPTOGRAPHIC_PARAMETERS =
      KIND.known(0x24, "BadCryptographicParameters");
  public static final ResultReason BAD_PASSWORD = KIND.known(0x25, "BadPassword");
  public static final ResultReason CODEC_ERROR = KIND.known(0x26, "CodecError");
  public static final ResultReason ILLEGAL_OBJECT_TYPE = KIND.known(0x28, "IllegalObjectType");
  public static final ResultReason INCOMPATIBLE_CRYPTOGRAPHIC_USAGE_MASK =
      KIND.known(0x29, "IncompatibleCryptographicUsageMask");
  public static final ResultReason INTERNAL_SERVER_ERROR = KIND.known(0x2a, "InternalServerError");
  public static final ResultReason INVALID_ASYNCHRONOUS_CORRELATION_VALUE =
      KIND.known(0x2b, "InvalidAsynchronousCorrelationValue");
  public static final ResultReason INVALID_ATTRIBUTE = KIND.known(0x2c, "InvalidAttribute");
  public static final ResultReason INVALID_ATTRIBUTE_VALUE =
      KIND.known(0x2d, "InvalidAttributeValue");
  public static final ResultReason INVALID_CORRELATION_VALUE =
      KIND.known(0x2e, "InvalidCorrelationValue");
  public static final ResultReason INVALID_CSR = KIND.known(0x2f, "InvalidCSR");
  public static final ResultReason INVALID_OBJECT_TYPE = KIND.known(0x30, "InvalidObjectType");
  public static final ResultReason KEY_WRAP_TYPE_NOT_SUPPORTED =
      KIND.known(0x32, "KeyWrapTypeNotSupported");
  public static final ResultReason MISSING_INITIALIZATION_VECTOR =
      KIND.known(0x34, "MissingInitializationVector");
  public static final ResultReason NON_UNIQUE_NAME_ATTRIBUTE =
      KIND.known(0x35, "NonUniqueNameAttribute");
  public static final ResultReason OBJECT_DESTROYED = KIND.known(0x36, "ObjectDestroyed");
  public static final ResultReason OBJECT_NOT_FOUND = KIND.known(0x37, "ObjectNotFound");
  public static final ResultReason NOT_AUTHORISED = KIND.known(0x39, "NotAuthorised");
  public static final ResultReason SERVER_LIMIT_EXCEEDED = KIND.known(0x3a, "ServerLimitExceeded");
  public static final ResultReason UNKNOWN_ENUMERATION = KIND.known(0x3b, "UnknownEnumeration");
  public static final ResultReason UNKNOWN_MESSAGE_EXTENSION =
      KIND.known(0x3c, "UnknownMessageExtension");
  public static final ResultReason UNKNOWN_TAG = KIND.known(0x3d, "UnknownTag");
  public static final ResultReason UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS =
      KIND.known(0x3e, "UnsupportedCryptographicParameters");
  public static final ResultReason UNSUPPORTED_PROTOCOL_VERSION =
      KIND.known(0x3f, "UnsupportedProtocolVersion");
  public static final ResultReason WRAPPING_OBJECT_ARCHIVED =
      KIND.known(0x40, "WrappingObjectArchived");
  public static final ResultReason WRAPPING_OBJECT_DESTROYED =
      KIND.known(0x41, "WrappingObjectDestroyed");
  public static final ResultReason WRAPPING_OBJECT_NOT_FOUND =
      KIND.known(0x42, "WrappingObjectNotFound");
  public static final ResultReason WRONG_KEY_LIFECYCLE_STATE =
      KIND.known(0x43, "WrongKeyLifecycleState");
  public static final ResultReason PROTECTION_STORAGE_UNAVAILABLE =
      KIND.known(0x44, "ProtectionStorageUnavailable");
  public static final ResultReason PKCS_11_CODEC_ERROR = KIND.known(0x45, "PKCS_11CodecError");
  public static final ResultReason PKCS_11_INVALID_FUNCTION =
      KIND.known(0x46, "PKCS_11InvalidFunction");
  public static final ResultReason PKCS_11_INVALID_INTERFACE =
      KIND.known(0x47, "PKCS_11InvalidInterface");
  public static final ResultReason PRIVATE_PROTECTION_STORAGE_UNAVAILABLE =
      KIND.known(0x48, "PrivateProtectionStorageUnavailable");
  public static final ResultReason PUBLIC_PROTECTION_STORAGE_UNAVAILABLE =
      KIND.known(0x49, "PublicProtectionStorageUnavailable");
  public static final ResultReason UNKNOWN_OBJECT_GROUP = KIND.known(0x4a, "UnknownObjectGroup");
  public static final ResultReason CONSTRAINT_VIOLATION = KIND.known(0x4b, "ConstraintViolation");
  public static final ResultReason DUPLICATE_PROCESS_REQUEST =
      KIND.known(0x4c, "DuplicateProcessRequest");
  public static final ResultReason GENERAL_FAILURE = KIND.known(0x100, "GeneralFailure");

  private ResultReason(int value, String name) {
    super(value, name);
  }
}
