package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PKCS12Attribute;
import java.security.Security;
import java.security.UnrecoverableEntryException;
import java.security.UnrecoverableKeyException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The file from which a native key provider can be restored: PKCS#12 (RFC 7292) with one secret bag
 * that holds the KDK, readable by {@code openssl pkcs12 -info}.
 *
 * <pre>
 *   PFX, version 3, MAC HMAC-SHA-256 over everything
 *     data
 *       secret bag "keymoor-kdk"
 *         shrouded key: the KDK under PBES2, PBKDF2-HMAC-SHA-256, AES-256-CBC
 *         attributes under 2.25.14618694431381045716927299275683438826, UTF-8, each after a '=':
 *           .1 format version, 1      .2 provider UUID      .3 provider name
 *           .4 TPM required, true or false                  .5 time of export, ISO 8601
 * </pre>
 *
 * <p>The '=' keeps names such as "[a, b]" and "AB:CD" from being taken for lists and octets.
 * Passwords are stretched with 200,000 iterations; an empty one is allowed and protects nothing.
 * The attributes are readable without the password, so that a file says what it is for; they cannot
 * be changed without it.
 *
 * @param provider the provider's UUID
 * @param name the provider's name when the file was made
 * @param tpmRequired the provider's constraint (N3)
 * @param exported when the file was made
 * @param kdk the KDK; owned by the holder of this record, who closes it
 */
public record ProviderBackup(
    UUID provider, String name, boolean tpmRequired, Instant exported, SecretBytes kdk)
    implements AutoCloseable {
  /** The largest file that is read. Ours have about 1.5 KB. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final String ALIAS = "keymoor-kdk";
  private static final String ARC = "2.25.14618694431381045716927299275683438826";
  private static final String FORMAT = ARC + ".1";
  private static final String PROVIDER = ARC + ".2";
  private static final String NAME = ARC + ".3";
  private static final String TPM_REQUIRED = ARC + ".4";
  private static final String EXPORTED = ARC + ".5";
  private static final String VERSION = "1";
  private static final int KDK_BYTES = 32;

  static {
    // The JDK takes these from security properties only. Its readers cap what a file may ask for
    // at five million iterations, so a hostile file costs seconds, not hours.
    for (String use : new String[] {"certPbe", "keyPbe", "mac"}) {
      Security.setProperty("keystore.pkcs12." + use + "IterationCount", "200000");
    }
    Security.setProperty("keystore.pkcs12.certProtectionAlgorithm", "PBEWithHmacSHA256AndAES_256");
    Security.setProperty("keystore.pkcs12.keyProtectionAlgorithm", "PBEWithHmacSHA256AndAES_256");
    Security.setProperty("keystore.pkcs12.macAlgorithm", "HmacPBESHA256");
  }

  /** The file's bytes. The caller zeroes {@code password}. */
  public byte[] write(char[] password) {
    return ClearBytes.read(kdk, clear -> write(new SecretKeySpec(clear, "AES"), password));
  }

  /**
   * Reads a backup.
   *
   * @throws CryptoException.WrongPassword when the password is not the file's
   * @throws CryptoException.Damaged when the file is cut short, changed or no PKCS#12 at all
   * @throws CryptoException.Foreign when it is a PKCS#12 file of something else
   * @throws CryptoException.NewerVersion when a newer software made it
   */
  public static ProviderBackup read(byte[] file, char[] password) {
    if (file.length > MAX_BYTES) {
      throw new CryptoException.Foreign(
          "This file has "
              + file.length
              + " bytes; a key provider backup has less than "
              + MAX_BYTES
              + ". Nothing was changed. Choose the .p12 file that the backup wrote.");
    }
    KeyStore store = load(file, password);
    try {
      KeyStore.SecretKeyEntry entry = secretEntry(store, password);
      Map<String, String> attributes = attributes(entry);
      requireKnownVersion(attributes);
      return assemble(entry.getSecretKey(), attributes);
    } catch (UnrecoverableEntryException wrong) {
      throw wrongPassword();
    } catch (GeneralSecurityException damaged) {
      throw damaged();
    }
  }

  @Override
  public void close() {
    kdk.close();
  }

  private byte[] write(SecretKey key, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      Set<KeyStore.Entry.Attribute> attributes =
          Set.of(
              attribute(FORMAT, VERSION),
              attribute(PROVIDER, provider.toString()),
              attribute(NAME, name),
              attribute(TPM_REQUIRED, Boolean.toString(tpmRequired)),
              attribute(EXPORTED, exported.toString()));
      store.setEntry(
          ALIAS,
          new KeyStore.SecretKeyEntry(key, attributes),
          new KeyStore.PasswordProtection(password));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      store.store(out, password);
      return out.toByteArray();
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("this JDK cannot write PKCS#12", impossible);
    }
  }

  private static KeyStore load(byte[] file, char[] password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(file), password);
      return store;
    } catch (IOException failure) {
      if (failure.getCause() instanceof UnrecoverableKeyException) {
        throw wrongPassword();
      }
      throw damaged();
    } catch (GeneralSecurityException | RuntimeException failure) {
      throw damaged();
    }
  }

  private static KeyStore.SecretKeyEntry secretEntry(KeyStore store, char[] password)
      throws GeneralSecurityException {
    Enumeration<String> aliases = store.aliases();
    for (String alias : Collections.list(aliases)) {
      if (alias.equals(ALIAS)
          && store.getEntry(alias, new KeyStore.PasswordProtection(password))
              instanceof KeyStore.SecretKeyEntry entry) {
        return entry;
      }
    }
    throw new CryptoException.Foreign(
        "This PKCS#12 file is not a Keymoor key provider backup: it holds no key derivation key."
            + " Nothing was changed. Choose the .p12 file that the backup wrote.");
  }

  private static Map<String, String> attributes(KeyStore.SecretKeyEntry entry) {
    Map<String, String> values = new HashMap<>();
    for (KeyStore.Entry.Attribute attribute : entry.getAttributes()) {
      if (attribute instanceof PKCS12Attribute pkcs12 && pkcs12.getValue().startsWith("=")) {
        values.put(pkcs12.getName(), pkcs12.getValue().substring(1));
      }
    }
    return values;
  }

  private static void requireKnownVersion(Map<String, String> attributes) {
    String version = attributes.get(FORMAT);
    if (version == null) {
      throw damaged();
    }
    if (!version.equals(VERSION)) {
      throw new CryptoException.NewerVersion(
          "This key provider backup has format version "
              + version
              + "; this software reads version 1. Nothing was changed. Restore it with a newer"
              + " Keymoor.");
    }
  }

  private static ProviderBackup assemble(SecretKey key, Map<String, String> attributes) {
    byte[] clear = key.getEncoded();
    try {
      String id = attributes.get(PROVIDER);
      String name = attributes.get(NAME);
      String tpmRequired = attributes.get(TPM_REQUIRED);
      String exported = attributes.get(EXPORTED);
      if (id == null
          || name == null
          || tpmRequired == null
          || exported == null
          || clear.length != KDK_BYTES) {
        throw damaged();
      }
      return new ProviderBackup(
          UUID.fromString(id),
          name,
          Boolean.parseBoolean(tpmRequired),
          Instant.parse(exported),
          SecretBytes.takeOver(clear));
    } catch (IllegalArgumentException | DateTimeParseException malformed) {
      throw damaged();
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  private static KeyStore.Entry.Attribute attribute(String oid, String value) {
    return new PKCS12Attribute(oid, "=" + value);
  }

  private static CryptoException wrongPassword() {
    return new CryptoException.WrongPassword(
        "The password does not open this backup file. Nothing was changed. Try the password that"
            + " was set when the backup was made; without it the file cannot be opened.");
  }

  private static CryptoException damaged() {
    return new CryptoException.Damaged(
        "This file is not a complete PKCS#12 file: it was cut short, changed, or is something else."
            + " Nothing was changed. Use another copy of the backup.");
  }
}
