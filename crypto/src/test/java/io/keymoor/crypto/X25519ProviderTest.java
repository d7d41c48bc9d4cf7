package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;

class X25519ProviderTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Provider OURS = new X25519Provider();
  private static final Provider THEIRS = Security.getProvider("SunEC");

  @Test
  void multipliesAsTheFirstVectorOfRfc7748Does() throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("X25519", THEIRS);
    PrivateKey scalar =
        factory.generatePrivate(
            new XECPrivateKeySpec(
                NamedParameterSpec.X25519,
                HEX.parseHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")));
    byte[] secret =
        agree(
            OURS,
            scalar,
            point("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
    assertThat(HEX.formatHex(secret))
        .isEqualTo("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  }

  @Test
  void agreesWithTheJdkInBothRoles() throws GeneralSecurityException {
    for (int i = 0; i < 50; i++) {
      KeyPair ours = pair(OURS);
      KeyPair theirs = pair(THEIRS);
      byte[] here = agree(OURS, ours.getPrivate(), theirs.getPublic());
      PublicKey carried =
          KeyFactory.getInstance("X25519", THEIRS)
              .generatePublic(new X509EncodedKeySpec(ours.getPublic().getEncoded()));
      assertThat(here).isEqualTo(agree(THEIRS, theirs.getPrivate(), carried));
    }
  }

  @Test
  void refusesAPointOfSmallOrder() throws GeneralSecurityException {
    PrivateKey own = pair(OURS).getPrivate();
    for (String small : new String[] {"00".repeat(32), "01" + "00".repeat(31)}) {
      assertThatThrownBy(() -> agree(OURS, own, point(small)))
          .isInstanceOf(InvalidKeyException.class);
    }
  }

  @Test
  void leavesX448ToTheJdkWhenItIsInstalled() throws GeneralSecurityException {
    X25519Provider.install();
    X25519Provider.install();
    try {
      assertThat(KeyPairGenerator.getInstance("XDH").getProvider().getName())
          .isEqualTo(OURS.getName());
      KeyPairGenerator generator = KeyPairGenerator.getInstance("XDH");
      generator.initialize(NamedParameterSpec.X448);
      KeyPair one = generator.generateKeyPair();
      KeyPair other = generator.generateKeyPair();
      assertThat(secret(KeyAgreement.getInstance("XDH"), one.getPrivate(), other.getPublic()))
          .hasSize(56)
          .isEqualTo(secret(KeyAgreement.getInstance("XDH"), other.getPrivate(), one.getPublic()));
    } finally {
      Security.removeProvider(OURS.getName());
    }
  }

  @Test
  void forgetsItsSecretOnceItWasGiven() throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519", OURS);
    agreement.init(pair(OURS).getPrivate());
    agreement.doPhase(pair(OURS).getPublic(), true);
    assertThat(agreement.generateSecret("TlsPremasterSecret").getEncoded()).hasSize(32);
    assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
  }

  private static KeyPair pair(Provider provider) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("X25519", provider).generateKeyPair();
  }

  private static PublicKey point(String littleEndian) throws GeneralSecurityException {
    byte[] little = HEX.parseHex(littleEndian);
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    return KeyFactory.getInstance("X25519", THEIRS)
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
  }

  private static byte[] agree(Provider provider, PrivateKey own, PublicKey other)
      throws GeneralSecurityException {
    return secret(KeyAgreement.getInstance("X25519", provider), own, other);
  }

  private static byte[] secret(KeyAgreement agreement, PrivateKey own, PublicKey other)
      throws GeneralSecurityException {
    agreement.init(own);
    agreement.doPhase(other, true);
    return agreement.generateSecret();
  }
}
