package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** An object named by what made it (KMIP 2.1 section 11.58); unknown values survive. */
public final class IdentifierReference extends OpenEnum {
  public static final EnumKind<IdentifierReference> KIND =
      new EnumKind<>(Tag.UNIQUE_IDENTIFIER, IdentifierReference::new);

  public static final IdentifierReference ID_PLACEHOLDER = KIND.known(0x01, "IDPlaceholder");
  public static final IdentifierReference CERTIFY = KIND.known(0x02, "Certify");
  public static final IdentifierReference CREATE = KIND.known(0x03, "Create");
  public static final IdentifierReference CREATE_KEY_PAIR = KIND.known(0x04, "CreateKeyPair");
  public static final IdentifierReference CREATE_KEY_PAIR_PRIVATE_KEY =
      KIND.known(0x05, "CreateKeyPairPrivateKey");
  public static final IdentifierReference CREATE_KEY_PAIR_PUBLIC_KEY =
      KIND.known(0x06, "CreateKeyPairPublicKey");
  public static final IdentifierReference CREATE_SPLIT_KEY = KIND.known(0x07, "CreateSplitKey");
  public static final IdentifierReference DERIVE_KEY = KIND.known(0x08, "DeriveKey");
  public static final IdentifierReference IMPORT = KIND.known(0x09, "Import");
  public static final IdentifierReference JOIN_SPLIT_KEY = KIND.known(0x0a, "JoinSplitKey");
  public static final IdentifierReference LOCATE = KIND.known(0x0b, "Locate");
  public static final IdentifierReference REGISTER = KIND.known(0x0c, "Register");
  public static final IdentifierReference RE_KEY = KIND.known(0x0d, "ReKey");
  public static final IdentifierReference RE_CERTIFY = KIND.known(0x0e, "ReCertify");
  public static final IdentifierReference RE_KEY_KEY_PAIR = KIND.known(0x0f, "ReKeyKeyPair");
  public static final IdentifierReference RE_KEY_KEY_PAIR_PRIVATE_KEY =
      KIND.known(0x10, "ReKeyKeyPairPrivateKey");
  public static final IdentifierReference RE_KEY_KEY_PAIR_PUBLIC_KEY =
      KIND.known(0x11, "ReKeyKeyPairPublicKey");

  private IdentifierReference(int value, String name) {
    super(value, name);
  }
}
