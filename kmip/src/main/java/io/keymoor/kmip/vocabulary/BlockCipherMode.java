package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Block Cipher Mode (KMIP 2.1 section 11.6); unknown values survive. */
public final class BlockCipherMode extends OpenEnum {
  public static final EnumKind<BlockCipherMode> KIND =
      new EnumKind<>(Tag.BLOCK_CIPHER_MODE, BlockCipherMode::new);

  public static final BlockCipherMode CBC = KIND.known(0x01, "CBC");
  public static final BlockCipherMode ECB = KIND.known(0x02, "ECB");
  public static final BlockCipherMode PCBC = KIND.known(0x03, "PCBC");
  public static final BlockCipherMode CFB = KIND.known(0x04, "CFB");
  public static final BlockCipherMode OFB = KIND.known(0x05, "OFB");
  public static final BlockCipherMode CTR = KIND.known(0x06, "CTR");
  public static final BlockCipherMode CMAC = KIND.known(0x07, "CMAC");
  public static final BlockCipherMode CCM = KIND.known(0x08, "CCM");
  public static final BlockCipherMode GCM = KIND.known(0x09, "GCM");
  public static final BlockCipherMode CBC_MAC = KIND.known(0x0a, "CBC_MAC");
  public static final BlockCipherMode XTS = KIND.known(0x0b, "XTS");
  public static final BlockCipherMode AES_KEY_WRAP_PADDING = KIND.known(0x0c, "AESKeyWrapPadding");
  public static final BlockCipherMode NIST_KEY_WRAP = KIND.known(0x0d, "NISTKeyWrap");
  public static final BlockCipherMode X9_102_AESKW = KIND.known(0x0e, "X9_102AESKW");
  public static final BlockCipherMode X9_102_TDKW = KIND.known(0x0f, "X9_102TDKW");
  public static final BlockCipherMode X9_102_AKW1 = KIND.known(0x10, "X9_102AKW1");
  public static final BlockCipherMode X9_102_AKW2 = KIND.known(0x11, "X9_102AKW2");
  public static final BlockCipherMode AEAD = KIND.known(0x12, "AEAD");

  private BlockCipherMode(int value, String name) {
    super(value, name);
  }
}
