package io.keymoor.kms.cipher;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Encodings of RSA and EC keys in one another.
 *
 * <pre>
 *   PKCS#1 private  RSAPrivateKey (RFC 8017)          inside PKCS#8 as an OCTET STRING
 *   PKCS#1 public   RSAPublicKey (RFC 8017)           inside X.509 as a BIT STRING
 *   SEC1 private    ECPrivateKey (RFC 5915)           inside PKCS#8 as an OCTET STRING
 *   PKCS#8          SEQUENCE { 0, AlgorithmIdentifier, OCTET STRING }
 *   X.509           SEQUENCE { AlgorithmIdentifier, BIT STRING }
 * </pre>
 */
final class KeyEncodings {
  private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d010101");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] NULL = {0x05, 0x00};
  private static final int PARAMETERS = 0xa0;

  private KeyEncodings() {}

  static byte[] pkcs8FromPkcs1(byte[] pkcs1) {
    return pkcs8(Der.item(Der.SEQUENCE, RSA, NULL), pkcs1);
  }

  static byte[] x509FromPkcs1(byte[] pkcs1) {
    return Der.item(
        Der.SEQUENCE,
        Der.item(Der.SEQUENCE, RSA, NULL),
        Der.item(Der.BIT_STRING, new byte[] {0}, pkcs1));
  }

  static byte[] pkcs8FromSec1(byte[] sec1) {
    Der key = new Der(sec1).enter(Der.SEQUENCE);
    key.integer();
    key.contents(Der.OCTET_STRING);
    if (key.isAtEnd() || key.tag() != PARAMETERS) {
      throw Der.malformed();
    }
    byte[] curve = key.contents(PARAMETERS);
    return pkcs8(Der.item(Der.SEQUENCE, EC, curve), sec1);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return Der.item(Der.SEQUENCE, Der.integer(0), algorithm, Der.item(Der.OCTET_STRING, key));
  }

  /** The key inside PKCS#8: PKCS#1 for RSA, SEC1 for EC. */
  static byte[] insideOfPkcs8(byte[] pkcs8) {
    Der outer = new Der(pkcs8).enter(Der.SEQUENCE);
    outer.integer();
    outer.enter(Der.SEQUENCE);
    return outer.contents(Der.OCTET_STRING);
  }

  /** The key inside X.509: PKCS#1 for RSA, a point for EC. */
  static byte[] insideOfX509(byte[] x509) {
    Der outer = new Der(x509).enter(Der.SEQUENCE);
    outer.enter(Der.SEQUENCE);
    byte[] bits = outer.contents(Der.BIT_STRING);
    if (bits.length == 0) {
      throw Der.malformed();
    }
    return Arrays.copyOfRange(bits, 1, bits.length);
  }

  /** SEC1 with its curve, which the form inside PKCS#8 may lack. */
  static byte[] sec1(byte[] pkcs8) {
    Der outer = new Der(pkcs8).enter(Der.SEQUENCE);
    outer.integer();
    Der algorithm = outer.enter(Der.SEQUENCE);
    algorithm.contents(Der.OID);
    byte[] curve = algorithm.rest();
    Der inner = outer.enter(Der.OCTET_STRING).enter(Der.SEQUENCE);
    inner.integer();
    byte[] number = inner.contents(Der.OCTET_STRING);
    return Der.item(
        Der.SEQUENCE,
        Der.integer(1),
        Der.item(Der.OCTET_STRING, number),
        Der.item(PARAMETERS, curve));
  }

  static String algorithmOfPkcs8(byte[] pkcs8) {
    Der outer = new Der(pkcs8).enter(Der.SEQUENCE);
    outer.integer();
    return algorithm(outer.enter(Der.SEQUENCE));
  }

  static String algorithmOfX509(byte[] x509) {
    return algorithm(new Der(x509).enter(Der.SEQUENCE).enter(Der.SEQUENCE));
  }

  private static String algorithm(Der identifier) {
    byte[] oid = Der.item(Der.OID, identifier.contents(Der.OID));
    if (Arrays.equals(oid, RSA)) {
      return "RSA";
    }
    if (Arrays.equals(oid, EC)) {
      return "EC";
    }
    throw Algorithms.unsupported("keys of this algorithm");
  }
}
