package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;
import io.keymoor.kmip.codec.ProtocolVersion;

/** Operation (KMIP 2.1 section 11.36); unknown values survive. */
public final class Operation extends OpenEnum {
  public static final EnumKind<Operation> KIND = new EnumKind<>(Tag.OPERATION, Operation::new);

  public static final Operation CREATE = KIND.known(0x01, "Create");
  public static final Operation CREATE_KEY_PAIR = KIND.known(0x02, "CreateKeyPair");
  public static final Operation REGISTER = KIND.known(0x03, "Register");
  public static final Operation RE_KEY = KIND.known(0x04, "ReKey");
  public static final Operation DERIVE_KEY = KIND.known(0x05, "DeriveKey");
  public static final Operation CERTIFY = KIND.known(0x06, "Certify");
  public static final Operation RE_CERTIFY = KIND.known(0x07, "ReCertify");
  public static final Operation LOCATE = KIND.known(0x08, "Locate");
  public static final Operation CHECK = KIND.known(0x09, "Check");
  public static final Operation GET = KIND.known(0x0a, "Get");
  public static final Operation GET_ATTRIBUTES = KIND.known(0x0b, "GetAttributes");
  public static final Operation GET_ATTRIBUTE_LIST = KIND.known(0x0c, "GetAttributeList");
  public static final Operation ADD_ATTRIBUTE = KIND.known(0x0d, "AddAttribute");
  public static final Operation MODIFY_ATTRIBUTE = KIND.known(0x0e, "ModifyAttribute");
  public static final Operation DELETE_ATTRIBUTE = KIND.known(0x0f, "DeleteAttribute");
  public static final Operation OBTAIN_LEASE = KIND.known(0x10, "ObtainLease");
  public static final Operation GET_USAGE_ALLOCATION = KIND.known(0x11, "GetUsageAllocation");
  public static final Operation ACTIVATE = KIND.known(0x12, "Activate");
  public static final Operation REVOKE = KIND.known(0x13, "Revoke");
  public static final Operation DESTROY = KIND.known(0x14, "Destroy");
  public static final Operation ARCHIVE = KIND.known(0x15, "Archive");
  public static final Operation RECOVER = KIND.known(0x16, "Recover");
  public static final Operation VALIDATE = KIND.known(0x17, "Validate");
  public static final Operation QUERY = KIND.known(0x18, "Query");
  public static final Operation CANCEL = KIND.known(0x19, "Cancel");
  public static final Operation POLL = KIND.known(0x1a, "Poll");
  public static final Operation NOTIFY = KIND.known(0x1b, "Notify");
  public static final Operation PUT = KIND.known(0x1c, "Put");
  public static final Operation RE_KEY_KEY_PAIR = KIND.known(0x1d, "ReKeyKeyPair");
  public static final Operation DISCOVER_VERSIONS = KIND.known(0x1e, "DiscoverVersions");
  public static final Operation ENCRYPT = KIND.known(0x1f, "Encrypt");
  public static final Operation DECRYPT = KIND.known(0x20, "Decrypt");
  public static final Operation SIGN = KIND.known(0x21, "Sign");
  public static final Operation SIGNATURE_VERIFY = KIND.known(0x22, "SignatureVerify");
  public static final Operation MAC = KIND.known(0x23, "MAC");
  public static final Operation MAC_VERIFY = KIND.known(0x24, "MACVerify");
  public static final Operation RNG_RETRIEVE = KIND.known(0x25, "RNGRetrieve");
  public static final Operation RNG_SEED = KIND.known(0x26, "RNGSeed");
  public static final Operation HASH = KIND.known(0x27, "Hash");
  public static final Operation CREATE_SPLIT_KEY = KIND.known(0x28, "CreateSplitKey");
  public static final Operation JOIN_SPLIT_KEY = KIND.known(0x29, "JoinSplitKey");
  public static final Operation IMPORT = KIND.known(0x2a, "Import");
  public static final Operation EXPORT = KIND.known(0x2b, "Export");
  public static final Operation LOG = KIND.known(0x2c, "Log");
  public static final Operation LOGIN = KIND.known(0x2d, "Login");
  public static final Operation LOGOUT = KIND.known(0x2e, "Logout");
  public static final Operation DELEGATED_LOGIN = KIND.known(0x2f, "DelegatedLogin");
  public static final Operation ADJUST_ATTRIBUTE = KIND.known(0x30, "AdjustAttribute");
  public static final Operation SET_ATTRIBUTE = KIND.known(0x31, "SetAttribute");
  public static final Operation SET_ENDPOINT_ROLE = KIND.known(0x32, "SetEndpointRole");
  public static final Operation PKCS_11 = KIND.known(0x33, "PKCS_11");
  public static final Operation INTEROP = KIND.known(0x34, "Interop");
  public static final Operation RE_PROVISION = KIND.known(0x35, "Re_Provision");
  public static final Operation SET_DEFAULTS = KIND.known(0x36, "SetDefaults");
  public static final Operation SET_CONSTRAINTS = KIND.known(0x37, "SetConstraints");
  public static final Operation GET_CONSTRAINTS = KIND.known(0x38, "GetConstraints");
  public static final Operation QUERY_ASYNCHRONOUS_REQUESTS =
      KIND.known(0x39, "QueryAsynchronousRequests");
  public static final Operation PROCESS = KIND.known(0x3a, "Process");
  public static final Operation PING = KIND.known(0x3b, "Ping");

  private Operation(int value, String name) {
    super(value, name);
  }

  /** The version that introduced this operation; the newest for one that is not known. */
  public ProtocolVersion since() {
    int value = value();
    if (value >= 1 && value <= PUT.value()) {
      return ProtocolVersion.V1_0;
    }
    if (value > PUT.value() && value <= DISCOVER_VERSIONS.value()) {
      return ProtocolVersion.V1_1;
    }
    if (value > DISCOVER_VERSIONS.value() && value <= JOIN_SPLIT_KEY.value()) {
      return ProtocolVersion.V1_2;
    }
    if (value > JOIN_SPLIT_KEY.value() && value <= EXPORT.value()) {
      return ProtocolVersion.V1_4;
    }
    return value > EXPORT.value() && value <= RE_PROVISION.value()
        ? ProtocolVersion.V2_0
        : ProtocolVersion.V2_1;
  }
}
