package io.keymoor.kmip.vocabulary;

import java.util.List;

/** Bits of the Cryptographic Usage Mask (KMIP 1.4 section 9.1.3.3.1, KMIP 2.1 section 12.1). */
public final class UsageMask {
  public static final int SIGN = 1 << 0;
  public static final int VERIFY = 1 << 1;
  public static final int ENCRYPT = 1 << 2;
  public static final int DECRYPT = 1 << 3;
  public static final int WRAP_KEY = 1 << 4;
  public static final int UNWRAP_KEY = 1 << 5;
  public static final int EXPORT = 1 << 6;
  public static final int MAC_GENERATE = 1 << 7;
  public static final int MAC_VERIFY = 1 << 8;
  public static final int DERIVE_KEY = 1 << 9;
  public static final int CONTENT_COMMITMENT = 1 << 10;
  public static final int KEY_AGREEMENT = 1 << 11;
  public static final int CERTIFICATE_SIGN = 1 << 12;
  public static final int CRL_SIGN = 1 << 13;
  public static final int GENERATE_CRYPTOGRAM = 1 << 14;
  public static final int VALIDATE_CRYPTOGRAM = 1 << 15;
  public static final int TRANSLATE_ENCRYPT = 1 << 16;
  public static final int TRANSLATE_DECRYPT = 1 << 17;
  public static final int TRANSLATE_WRAP = 1 << 18;
  public static final int TRANSLATE_UNWRAP = 1 << 19;
  public static final int AUTHENTICATE = 1 << 20;
  public static final int UNRESTRICTED = 1 << 21;
  public static final int FPE_ENCRYPT = 1 << 22;
  public static final int FPE_DECRYPT = 1 << 23;

  /** The names of the bits, from the lowest. */
  static final List<String> NAMES =
      List.of(
          "Sign",
          "Verify",
          "Encrypt",
          "Decrypt",
          "WrapKey",
          "UnwrapKey",
          "Export",
          "MACGenerate",
          "MACVerify",
          "DeriveKey",
          "ContentCommitment",
          "KeyAgreement",
          "CertificateSign",
          "CRLSign",
          "GenerateCryptogram",
          "ValidateCryptogram",
          "TranslateEncrypt",
          "TranslateDecrypt",
          "TranslateWrap",
          "TranslateUnwrap",
          "Authenticate",
          "Unrestricted",
          "FPEEncrypt",
          "FPEDecrypt");

  private UsageMask() {}
}
