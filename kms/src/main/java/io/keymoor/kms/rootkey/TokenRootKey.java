package io.keymoor.kms.rootkey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A root key that lives in a PKCS#11 token and never leaves it: an AES-256 key, label {@value
 * #LABEL}, AES-GCM computed by the token.
 *
 * <pre>
 *   sealed: nonce (12 bytes), ciphertext, tag (16 bytes); additional data "kms/store-key"
 * </pre>
 */
public final class TokenRootKey implements RootKey {
  /** The name of this kind. */
  public static final String NAME = "token";

  private static final String LABEL = "keymoor-kms-root";
  private static final byte[] PURPOSE = "kms/store-key".getBytes(US_ASCII);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Provider provider;
  private final Key key;
  private final SecureRandom random;

  private TokenRootKey(Provider provider, Key key, SecureRandom random) {
    this.provider = provider;
    this.key = key;
    this.random = random;
  }

  /**
   * Where the token is.
   *
   * @param library the token's PKCS#11 library
   * @param slotIndex which of its slots, counted from 0
   * @param pinFile a file that holds the user PIN, mode 0600
   */
  public record Token(Path library, int slotIndex, Path pinFile) {}

  /** The token's key; made when {@code create} is set and there is none. */
  public static TokenRootKey open(Token token, boolean create, SecureRandom random) {
    char[] pin = pin(token.pinFile());
    try {
      Provider provider = provider(token);
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, pin);
      Optional<Key> found = Optional.ofNullable(store.getKey(LABEL, pin));
      if (found.isEmpty() && !create) {
        throw new RootKeyException(
            "The token has no key "
                + LABEL
                + ". Without it no key in this KMS opens; attach the"
                + " token this KMS was set up with.");
      }
      return new TokenRootKey(
          provider, found.isPresent() ? found.get() : newKey(store, provider), random);
    } catch (GeneralSecurityException | IOException failure) {
      throw new RootKeyException(
          "The token behind "
              + token.library()
              + " did not open: "
              + failure.getMessage()
              + ". Check library, slot and PIN; nothing was changed.",
          failure);
    } finally {
      Arrays.fill(pin, '\0');
    }
  }

  private static Provider provider(Token token) {
    Provider base = Security.getProvider("SunPKCS11");
    if (base == null) {
      throw new RootKeyException("This JDK has no PKCS#11 provider (module jdk.crypto.cryptoki).");
    }
    // "attributes" make the key stay in the token.
    String configuration =
        """
        --name = keymoor
        library = %s
        slotListIndex = %d
        attributes(generate, CKO_SECRET_KEY, CKK_AES) = {
          CKA_TOKEN = true
          CKA_SENSITIVE = true
          CKA_EXTRACTABLE = false
          CKA_ENCRYPT = true
          CKA_DECRYPT = true
        }
        """
            .formatted(token.library(), token.slotIndex());
    try {
      return base.configure(configuration);
    } catch (java.security.InvalidParameterException | UnsupportedOperationException failure) {
      throw new RootKeyException(
          "The PKCS#11 library "
              + token.library()
              + " could not be used: "
              + failure.getMessage()
              + ". Check the path and the slot; nothing was changed.",
          failure);
    }
  }

  private static Key newKey(KeyStore store, Provider provider) throws GeneralSecurityException {
    KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
    generator.init(256);
    SecretKey key = generator.generateKey();
    store.setEntry(LABEL, new KeyStore.SecretKeyEntry(key), null);
    Key kept = store.getKey(LABEL, null);
    return kept == null ? key : kept;
  }

  private static char[] pin(Path file) {
    try {
      return Files.readString(file).strip().toCharArray();
    } catch (IOException unreadable) {
      throw new RootKeyException("The PIN file " + file + " cannot be read.", unreadable);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String parameters() {
    return "pkcs11:v1:" + LABEL;
  }

  @Override
  public byte[] seal(SecretBytes storeKey) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return ClearBytes.read(
        storeKey,
        clear -> {
          try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(clear);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, sealed, NONCE_BYTES, ciphertext.length);
            return sealed;
          } catch (GeneralSecurityException failure) {
            throw new RootKeyException("The token did not seal the store key.", failure);
          }
        });
  }

  @Override
  public SecretBytes open(byte[] sealed) {
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return SecretBytes.takeOver(
          cipher(Cipher.DECRYPT_MODE, nonce)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (GeneralSecurityException wrong) {
      throw new RootKeyException(
          "The token's key is not the one this KMS was set up with. Nothing was changed; attach the"
              + " right token.",
          wrong);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(PURPOSE);
    return cipher;
  }

  @Override
  public void close() {
    // The key is the token's; nothing of it is in this process.
  }
}
