package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Recommended Curve (KMIP 2.1 section 11.45); unknown values survive. */
public final class RecommendedCurve extends OpenEnum {
  public static final EnumKind<RecommendedCurve> KIND =
      new EnumKind<>(Tag.RECOMMENDED_CURVE, RecommendedCurve::new);

  public static final RecommendedCurve P_192 = KIND.known(0x01, "P_192");
  public static final RecommendedCurve K_163 = KIND.known(0x02, "K_163");
  public static final RecommendedCurve B_163 = KIND.known(0x03, "B_163");
  public static final RecommendedCurve P_224 = KIND.known(0x04, "P_224");
  public static final RecommendedCurve K_233 = KIND.known(0x05, "K_233");
  public static final RecommendedCurve B_233 = KIND.known(0x06, "B_233");
  public static final RecommendedCurve P_256 = KIND.known(0x07, "P_256");
  public static final RecommendedCurve K_283 = KIND.known(0x08, "K_283");
  public static final RecommendedCurve B_283 = KIND.known(0x09, "B_283");
  public static final RecommendedCurve P_384 = KIND.known(0x0a, "P_384");
  public static final RecommendedCurve K_409 = KIND.known(0x0b, "K_409");
  public static final RecommendedCurve B_409 = KIND.known(0x0c, "B_409");
  public static final RecommendedCurve P_521 = KIND.known(0x0d, "P_521");
  public static final RecommendedCurve K_571 = KIND.known(0x0e, "K_571");
  public static final RecommendedCurve B_571 = KIND.known(0x0f, "B_571");
  public static final RecommendedCurve SECP112R1 = KIND.known(0x10, "SECP112R1");
  public static final RecommendedCurve SECP112R2 = KIND.known(0x11, "SECP112R2");
  public static final RecommendedCurve SECP128R1 = KIND.known(0x12, "SECP128R1");
  public static final RecommendedCurve SECP128R2 = KIND.known(0x13, "SECP128R2");
  public static final RecommendedCurve SECP160K1 = KIND.known(0x14, "SECP160K1");
  public static final RecommendedCurve SECP160R1 = KIND.known(0x15, "SECP160R1");
  public static final RecommendedCurve SECP160R2 = KIND.known(0x16, "SECP160R2");
  public static final RecommendedCurve SECP192K1 = KIND.known(0x17, "SECP192K1");
  public static final RecommendedCurve SECP224K1 = KIND.known(0x18, "SECP224K1");
  public static final RecommendedCurve SECP256K1 = KIND.known(0x19, "SECP256K1");
  public static final RecommendedCurve SECT113R1 = KIND.known(0x1a, "SECT113R1");
  public static final RecommendedCurve SECT113R2 = KIND.known(0x1b, "SECT113R2");
  public static final RecommendedCurve SECT131R1 = KIND.known(0x1c, "SECT131R1");
  public static final RecommendedCurve SECT131R2 = KIND.known(0x1d, "SECT131R2");
  public static final RecommendedCurve SECT163R1 = KIND.known(0x1e, "SECT163R1");
  public static final RecommendedCurve SECT193R1 = KIND.known(0x1f, "SECT193R1");
  public static final RecommendedCurve SECT193R2 = KIND.known(0x20, "SECT193R2");
  public static final RecommendedCurve SECT239K1 = KIND.known(0x21, "SECT239K1");
  public static final RecommendedCurve ANSIX9P192V2 = KIND.known(0x22, "ANSIX9P192V2");
  public static final RecommendedCurve ANSIX9P192V3 = KIND.known(0x23, "ANSIX9P192V3");
  public static final RecommendedCurve ANSIX9P239V1 = KIND.known(0x24, "ANSIX9P239V1");
  public static final RecommendedCurve ANSIX9P239V2 = KIND.known(0x25, "ANSIX9P239V2");
  public static final RecommendedCurve ANSIX9P239V3 = KIND.known(0x26, "ANSIX9P239V3");
  public static final RecommendedCurve ANSIX9C2PNB163V1 = KIND.known(0x27, "ANSIX9C2PNB163V1");
  public static final RecommendedCurve ANSIX9C2PNB163V2 = KIND.known(0x28, "ANSIX9C2PNB163V2");
  public static final RecommendedCurve ANSIX9C2PNB163V3 = KIND.known(0x29, "ANSIX9C2PNB163V3");
  public static final RecommendedCurve ANSIX9C2PNB176V1 = KIND.known(0x2a, "ANSIX9C2PNB176V1");
  public static final RecommendedCurve ANSIX9C2TNB191V1 = KIND.known(0x2b, "ANSIX9C2TNB191V1");
  public static final RecommendedCurve ANSIX9C2TNB191V2 = KIND.known(0x2c, "ANSIX9C2TNB191V2");
  public static final RecommendedCurve ANSIX9C2TNB191V3 = KIND.known(0x2d, "ANSIX9C2TNB191V3");
  public static final RecommendedCurve ANSIX9C2PNB208W1 = KIND.known(0x2e, "ANSIX9C2PNB208W1");
  public static final RecommendedCurve ANSIX9C2TNB239V1 = KIND.known(0x2f, "ANSIX9C2TNB239V1");
  public static final RecommendedCurve ANSIX9C2TNB239V2 = KIND.known(0x30, "ANSIX9C2TNB239V2");
  public static final RecommendedCurve ANSIX9C2TNB239V3 = KIND.known(0x31, "ANSIX9C2TNB239V3");
  public static final RecommendedCurve ANSIX9C2PNB272W1 = KIND.known(0x32, "ANSIX9C2PNB272W1");
  public static final RecommendedCurve ANSIX9C2PNB304W1 = KIND.known(0x33, "ANSIX9C2PNB304W1");
  public static final RecommendedCurve ANSIX9C2TNB359V1 = KIND.known(0x34, "ANSIX9C2TNB359V1");
  public static final RecommendedCurve ANSIX9C2PNB368W1 = KIND.known(0x35, "ANSIX9C2PNB368W1");
  public static final RecommendedCurve ANSIX9C2TNB431R1 = KIND.known(0x36, "ANSIX9C2TNB431R1");
  public static final RecommendedCurve BRAINPOOLP160R1 = KIND.known(0x37, "BRAINPOOLP160R1");
  public static final RecommendedCurve BRAINPOOLP160T1 = KIND.known(0x38, "BRAINPOOLP160T1");
  public static final RecommendedCurve BRAINPOOLP192R1 = KIND.known(0x39, "BRAINPOOLP192R1");
  public static final RecommendedCurve BRAINPOOLP192T1 = KIND.known(0x3a, "BRAINPOOLP192T1");
  public static final RecommendedCurve BRAINPOOLP224R1 = KIND.known(0x3b, "BRAINPOOLP224R1");
  public static final RecommendedCurve BRAINPOOLP224T1 = KIND.known(0x3c, "BRAINPOOLP224T1");
  public static final RecommendedCurve BRAINPOOLP256R1 = KIND.known(0x3d, "BRAINPOOLP256R1");
  public static final RecommendedCurve BRAINPOOLP256T1 = KIND.known(0x3e, "BRAINPOOLP256T1");
  public static final RecommendedCurve BRAINPOOLP320R1 = KIND.known(0x3f, "BRAINPOOLP320R1");
  public static final RecommendedCurve BRAINPOOLP320T1 = KIND.known(0x40, "BRAINPOOLP320T1");
  public static final RecommendedCurve BRAINPOOLP384R1 = KIND.known(0x41, "BRAINPOOLP384R1");
  public static final RecommendedCurve BRAINPOOLP384T1 = KIND.known(0x42, "BRAINPOOLP384T1");
  public static final RecommendedCurve BRAINPOOLP512R1 = KIND.known(0x43, "BRAINPOOLP512R1");
  public static final RecommendedCurve BRAINPOOLP512T1 = KIND.known(0x44, "BRAINPOOLP512T1");
  public static final RecommendedCurve CURVE25519 = KIND.known(0x45, "CURVE25519");
  public static final RecommendedCurve CURVE448 = KIND.known(0x46, "CURVE448");

  private RecommendedCurve(int value, String name) {
    super(value, name);
  }
}
