package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Query Function (KMIP 2.1 section 11.44); unknown values survive. */
public final class QueryFunction extends OpenEnum {
  public static final EnumKind<QueryFunction> KIND =
      new EnumKind<>(Tag.QUERY_FUNCTION, QueryFunction::new);

  public static final QueryFunction QUERY_OPERATIONS = KIND.known(0x01, "QueryOperations");
  public static final QueryFunction QUERY_OBJECTS = KIND.known(0x02, "QueryObjects");
  public static final QueryFunction QUERY_SERVER_INFORMATION =
      KIND.known(0x03, "QueryServerInformation");
  public static final QueryFunction QUERY_APPLICATION_NAMESPACES =
      KIND.known(0x04, "QueryApplicationNamespaces");
  public static final QueryFunction QUERY_EXTENSION_LIST = KIND.known(0x05, "QueryExtensionList");
  public static final QueryFunction QUERY_EXTENSION_MAP = KIND.known(0x06, "QueryExtensionMap");
  public static final QueryFunction QUERY_ATTESTATION_TYPES =
      KIND.known(0x07, "QueryAttestationTypes");
  public static final QueryFunction QUERY_RNGS = KIND.known(0x08, "QueryRNGs");
  public static final QueryFunction QUERY_VALIDATIONS = KIND.known(0x09, "QueryValidations");
  public static final QueryFunction QUERY_PROFILES = KIND.known(0x0a, "QueryProfiles");
  public static final QueryFunction QUERY_CAPABILITIES = KIND.known(0x0b, "QueryCapabilities");
  public static final QueryFunction QUERY_CLIENT_REGISTRATION_METHODS =
      KIND.known(0x0c, "QueryClientRegistrationMethods");
  public static final QueryFunction QUERY_DEFAULTS_INFORMATION =
      KIND.known(0x0d, "QueryDefaultsInformation");
  public static final QueryFunction QUERY_STORAGE_PROTECTION_MASKS =
      KIND.known(0x0e, "QueryStorageProtectionMasks");

  private QueryFunction(int value, String name) {
    super(value, name);
  }
}
