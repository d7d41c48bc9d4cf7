package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Link Type (KMIP 2.1 section 11.28); unknown values survive. */
public final class LinkType extends OpenEnum {
  public static final EnumKind<LinkType> KIND = new EnumKind<>(Tag.LINK_TYPE, LinkType::new);

  public static final LinkType CERTIFICATE_LINK = KIND.known(0x101, "CertificateLink");
  public static final LinkType PUBLIC_KEY_LINK = KIND.known(0x102, "PublicKeyLink");
  public static final LinkType PRIVATE_KEY_LINK = KIND.known(0x103, "PrivateKeyLink");
  public static final LinkType DERIVATION_BASE_OBJECT_LINK =
      KIND.known(0x104, "DerivationBaseObjectLink");
  public static final LinkType DERIVED_KEY_LINK = KIND.known(0x105, "DerivedKeyLink");
  public static final LinkType REPLACEMENT_OBJECT_LINK = KIND.known(0x106, "ReplacementObjectLink");
  public static final LinkType REPLACED_OBJECT_LINK = KIND.known(0x107, "ReplacedObjectLink");
  public static final LinkType PARENT_LINK = KIND.known(0x108, "ParentLink");
  public static final LinkType CHILD_LINK = KIND.known(0x109, "ChildLink");
  public static final LinkType PREVIOUS_LINK = KIND.known(0x10a, "PreviousLink");
  public static final LinkType NEXT_LINK = KIND.known(0x10b, "NextLink");
  public static final LinkType PKCS_12_CERTIFICATE_LINK =
      KIND.known(0x10c, "PKCS_12CertificateLink");
  public static final LinkType PKCS_12_PASSWORD_LINK = KIND.known(0x10d, "PKCS_12PasswordLink");
  public static final LinkType WRAPPING_KEY_LINK = KIND.known(0x10e, "WrappingKeyLink");

  private LinkType(int value, String name) {
    super(value, name);
  }
}
