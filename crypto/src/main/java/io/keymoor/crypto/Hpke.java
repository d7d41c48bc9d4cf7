package io.keymoor.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hybrid public key encryption to one recipient: HPKE (RFC 9180) base mode, single shot,
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 *
 * <pre>
 *   sealed message = encapsulated key (32 bytes) | ciphertext | tag (16 bytes)
 * </pre>
 *
 * <p>Guarantee: only the holder of the private key reads the message, and only with the same {@code
 * info} and {@code aad}. The sender is not authenticated: that is mutual TLS's part. Thread-safe.
 */
public final class Hpke {
  /** Length of a public key and of an encapsulated key. */
  public static final int PUBLIC_KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final byte[] VERSION = "HPKE-v1".getBytes(US_ASCII);
  private static final byte[] KEM_SUITE = {'K', 'E', 'M', 0x00, 0x20};
  private static final byte[] NONE = {};

  /** The suite of this class: KEM 0x0020, KDF 0x0001, AEAD 0x0002. */
  private static final Hpke AES_256 = new Hpke(0x0002, 32);

  private final byte[] suite;
  private final int keyBytes;

  /** Tests use the AES-128 suite, for which the RFC prints vectors. */
  Hpke(int aead, int keyBytes) {
    this.suite = new byte[] {'H', 'P', 'K', 'E', 0, 0x20, 0, 1, 0, (byte) aead};
    this.keyBytes = keyBytes;
  }

  /** A fresh private key: 32 clamped-on-use random bytes (RFC 7748). */
  public static SecretBytes newPrivateKey(SecureRandom random) {
    return SecretBytes.random(PUBLIC_KEY_BYTES, random);
  }

  /** The public key of a private key, 32 bytes. */
  public static byte[] publicKey(SecretBytes privateKey) {
    byte[] base = new byte[PUBLIC_KEY_BYTES];
    base[0] = 9;
    try (SecretBytes point = agree(privateKey, base)) {
      return ClearBytes.<byte[], RuntimeException>read(point, byte[]::clone);
    }
  }

  /** Encrypts {@code message} to the owner of {@code recipient}'s private key. */
  public static byte[] seal(
      byte[] recipient, byte[] info, byte[] aad, SecretBytes message, SecureRandom random) {
    try (SecretBytes ephemeral = newPrivateKey(random)) {
      return AES_256.seal(ephemeral, recipient, info, aad, message);
    }
  }

  /**
   * Decrypts what {@link #seal} made.
   *
   * @throws CryptoException.WrongKey when it was sealed to another key, for another purpose, or
   *     changed
   */
  public static SecretBytes open(SecretBytes privateKey, byte[] info, byte[] aad, byte[] sealed) {
    return AES_256.openSealed(privateKey, info, aad, sealed);
  }

  byte[] seal(
      SecretBytes ephemeral, byte[] recipient, byte[] info, byte[] aad, SecretBytes message) {
    byte[] encapsulated = publicKey(ephemeral);
    try (SecretBytes shared = sharedSecret(ephemeral, recipient, encapsulated, recipient)) {
      byte[] ciphertext =
          ClearBytes.read(message, clear -> crypt(Cipher.ENCRYPT_MODE, shared, info, aad, clear));
      byte[] sealed = Arrays.copyOf(encapsulated, PUBLIC_KEY_BYTES + ciphertext.length);
      System.arraycopy(ciphertext, 0, sealed, PUBLIC_KEY_BYTES, ciphertext.length);
      return sealed;
    }
  }

  SecretBytes openSealed(SecretBytes privateKey, byte[] info, byte[] aad, byte[] sealed) {
    if (sealed.length < PUBLIC_KEY_BYTES + TAG_BYTES) {
      throw new CryptoException.Damaged("This is not a sealed message, or it was cut short.");
    }
    byte[] encapsulated = Arrays.copyOf(sealed, PUBLIC_KEY_BYTES);
    byte[] ciphertext = Arrays.copyOfRange(sealed, PUBLIC_KEY_BYTES, sealed.length);
    try (SecretBytes shared =
        sharedSecret(privateKey, encapsulated, encapsulated, publicKey(privateKey))) {
      return SecretBytes.takeOver(crypt(Cipher.DECRYPT_MODE, shared, info, aad, ciphertext));
    }
  }

  /** RFC 9180 section 4.1, Encap and Decap: ExtractAndExpand(dh, enc | pkR). */
  private static SecretBytes sharedSecret(
      SecretBytes own, byte[] peer, byte[] encapsulated, byte[] recipient) {
    try (SecretBytes dh = agree(own, peer)) {
      return ClearBytes.read(
          dh,
          clear -> {
            byte[] prk = extract(KEM_SUITE, NONE, "eae_prk", clear);
            byte[] shared =
                expand(KEM_SUITE, prk, "shared_secret", concat(encapsulated, recipient), 32);
            Arrays.fill(prk, (byte) 0);
            return SecretBytes.takeOver(shared);
          });
    }
  }

  /** RFC 9180 sections 5.1 (key schedule, base mode) and 5.2 (sequence number 0). */
  private byte[] crypt(int mode, SecretBytes shared, byte[] info, byte[] aad, byte[] input) {
    byte[] context =
        concat(
            new byte[] {0},
            extract(suite, NONE, "psk_id_hash", NONE),
            extract(suite, NONE, "info_hash", info));
    byte[] secret = ClearBytes.read(shared, clear -> extract(suite, clear, "secret", NONE));
    byte[] key = expand(suite, secret, "key", context, keyBytes);
    byte[] nonce = expand(suite, secret, "base_nonce", context, NONCE_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
      cipher.updateAAD(aad);
      return cipher.doFinal(input);
    } catch (AEADBadTagException wrong) {
      throw new CryptoException.WrongKey(
          "This message was sealed to another key or for another purpose, or it was changed.");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks AES-GCM", impossible);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] ikm) {
    byte[] labeled = concat(VERSION, suite, label.getBytes(US_ASCII), ikm);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(labeled).addSalt(salt).extractOnly());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks HKDF-SHA256", impossible);
    } finally {
      Arrays.fill(labeled, (byte) 0);
    }
  }

  private static byte[] expand(byte[] suite, byte[] prk, String label, byte[] info, int length) {
    byte[] size = ByteBuffer.allocate(2).putShort((short) length).array();
    byte[] labeled = concat(size, VERSION, suite, label.getBytes(US_ASCII), info);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.expandOnly(new SecretKeySpec(prk, "HKDF"), labeled, length));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks HKDF-SHA256", impossible);
    }
  }

  /** X25519 (RFC 7748). The JDK refuses points of small order, whose result is all zero. */
  private static SecretBytes agree(SecretBytes own, byte[] peer) {
    return ClearBytes.read(
        own,
        scalar -> {
          try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(
                keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(decode(keys, peer), true);
            return SecretBytes.takeOver(agreement.generateSecret());
          } catch (GeneralSecurityException | IllegalStateException refused) {
            throw new CryptoException.Damaged("This is not a usable X25519 public key.");
          }
        });
  }

  private static PublicKey decode(KeyFactory keys, byte[] littleEndian)
      throws GeneralSecurityException {
    if (littleEndian.length != PUBLIC_KEY_BYTES) {
      throw new CryptoException.Damaged("An X25519 public key has 32 bytes.");
    }
    byte[] bigEndian = new byte[PUBLIC_KEY_BYTES];
    for (int i = 0; i < PUBLIC_KEY_BYTES; i++) {
      bigEndian[i] = littleEndian[PUBLIC_KEY_BYTES - 1 - i];
    }
    bigEndian[0] &= 0x7f;
    return keys.generatePublic(
        new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer whole = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      whole.put(part);
    }
    return whole.array();
  }
}
