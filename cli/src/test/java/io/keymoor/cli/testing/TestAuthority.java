package io.keymoor.cli.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A certificate authority of a test's own: X.509 v3 by hand, ECDSA P-256 with SHA-256.
 *
 * <pre>
 *   Certificate    SEQUENCE { TBSCertificate, AlgorithmIdentifier, BIT STRING signature }
 *   TBSCertificate SEQUENCE { [0] version 2, serial, AlgorithmIdentifier, issuer, validity, subject,
 *                             SubjectPublicKeyInfo, [3] extensions }
 * </pre>
 */
public final class TestAuthority {
  private static final byte[] ECDSA_SHA256 = {
    0x30, 0x0a, 0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1d, 0x13};
  private static final byte[] SUBJECT_ALT_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final AtomicInteger SERIAL = new AtomicInteger(1);

  private final String name;
  private final KeyPair keys = newKeys();
  private final String pem;

  /** A key with the certificate that this authority gave it. */
  public record Identity(KeyPair keys, String certificatePem) {
    public String privateKeyPem() {
      return armour("PRIVATE KEY", keys.getPrivate().getEncoded());
    }
  }

  public TestAuthority(String name) {
    this.name = name;
    byte[] constraints = sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)));
    this.pem = certificate(name, keys.getPublic(), constraints);
  }

  public String pem() {
    return pem;
  }

  /** An identity that is valid for 127.0.0.1 and localhost. */
  public Identity issue(String subject) {
    KeyPair fresh = newKeys();
    byte[] loopback = tagged(0x87, new byte[] {127, 0, 0, 1});
    byte[] localhost = tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII));
    byte[] names = sequence(SUBJECT_ALT_NAME, octets(sequence(loopback, localhost)));
    return new Identity(fresh, certificate(subject, fresh.getPublic(), names));
  }

  private String certificate(String subject, PublicKey key, byte[] extension) {
    Instant now = Instant.now();
    byte[] version = tagged(0xa0, integer(2));
    byte[] validity = sequence(time(now.minusSeconds(3600)), time(now.plusSeconds(86_400)));
    byte[] body =
        sequence(
            version,
            integer(SERIAL.incrementAndGet()),
            ECDSA_SHA256,
            distinguishedName(name),
            validity,
            distinguishedName(subject),
            key.getEncoded(),
            tagged(0xa3, sequence(extension)));
    return armour("CERTIFICATE", sequence(body, ECDSA_SHA256, tagged(0x03, zero(sign(body)))));
  }

  private byte[] sign(byte[] body) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String armour(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private static byte[] distinguishedName(String name) {
    byte[] text = tagged(0x0c, name.getBytes(StandardCharsets.UTF_8));
    return sequence(tagged(0x31, sequence(COMMON_NAME, text)));
  }

  private static byte[] time(Instant instant) {
    return tagged(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(int value) {
    return tagged(0x02, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] octets(byte[] content) {
    return tagged(0x04, content);
  }

  private static byte[] zero(byte[] content) {
    return concatenated(new byte[] {0}, content);
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concatenated(parts));
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else if (content.length < 256) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
