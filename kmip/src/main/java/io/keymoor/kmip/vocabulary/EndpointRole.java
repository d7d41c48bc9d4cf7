package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Endpoint Role (KMIP 2.1 section 11.19); unknown values survive. */
public final class EndpointRole extends OpenEnum {
  public static final EnumKind<EndpointRole> KIND =
      new EnumKind<>(Tag.ENDPOINT_ROLE, EndpointRole::new);

  public static final EndpointRole CLIENT = KIND.known(0x01, "Client");
  public static final EndpointRole SERVER = KIND.known(0x02, "Server");

  private EndpointRole(int value, String name) {
    super(value, name);
  }
}
