package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Client Registration Method (KMIP 2.1 section 11.10); unknown values survive. */
public final class ClientRegistrationMethod extends OpenEnum {
  public static final EnumKind<ClientRegistrationMethod> KIND =
      new EnumKind<>(Tag.CLIENT_REGISTRATION_METHOD, ClientRegistrationMethod::new);

  public static final ClientRegistrationMethod UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final ClientRegistrationMethod SERVER_PRE_GENERATED =
      KIND.known(0x02, "ServerPreGenerated");
  public static final ClientRegistrationMethod SERVER_ON_DEMAND =
      KIND.known(0x03, "ServerOnDemand");
  public static final ClientRegistrationMethod CLIENT_GENERATED =
      KIND.known(0x04, "ClientGenerated");
  public static final ClientRegistrationMethod CLIENT_REGISTERED =
      KIND.known(0x05, "ClientRegistered");

  private ClientRegistrationMethod(int value, String name) {
    super(value, name);
  }
}
