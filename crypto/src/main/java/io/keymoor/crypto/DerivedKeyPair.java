package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/**
 * An ECDSA P-256 key pair that a secret gives, the same wherever it is derived: the private key is
 * the secret modulo n - 1, plus one (FIPS 186-5, A.2.1, whose 64 extra bits keep the bias below
 * notice).
 */
final class DerivedKeyPair {
  private static final String CURVE = "secp256r1";
  private static final int LEAST_BYTES = 48;

  private DerivedKeyPair() {}

  static KeyPair of(SecretBytes secret) {
    if (secret.length() < LEAST_BYTES) {
      throw new IllegalArgumentException("a key pair is derived from 48 bytes or more");
    }
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec(CURVE));
      ECParameterSpec curve = named.getParameterSpec(ECParameterSpec.class);
      BigInteger most = curve.getOrder().subtract(BigInteger.ONE);
      BigInteger number =
          ClearBytes.read(secret, clear -> new BigInteger(1, clear)).mod(most).add(BigInteger.ONE);
      var point = CustomNamedCurves.getByName(CURVE).getG().multiply(number).normalize();
      ECPoint open =
          new ECPoint(
              point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
      KeyFactory factory = KeyFactory.getInstance("EC");
      return new KeyPair(
          factory.generatePublic(new ECPublicKeySpec(open, curve)),
          factory.generatePrivate(new ECPrivateKeySpec(number, curve)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks EC P-256", impossible);
    }
  }
}
