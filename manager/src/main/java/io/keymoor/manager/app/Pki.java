package io.keymoor.manager.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;

/**
 * The manager's CA and server identity, on disk with their keys sealed under the root key (R1).
 *
 * @param authority the CA
 * @param server the server's identity
 */
record Pki(CertificateAuthority authority, TlsIdentity server) {
  /** Common name of the server's certificate; clients look at the alternative names. */
  static final String SERVER_NAME = "keymoor-manager";

  private static final String CA = "ca";
  private static final String SERVER = "server";

  void write(Path directory, SecretBytes rootKey, SecureRandom random) {
    store(directory, CA, authority.certificate(), authority.privateKey(), rootKey, random);
    writeServer(directory, server, rootKey, random);
  }

  /** Writes a server's identity in place of another. */
  void writeServer(Path directory, TlsIdentity identity, SecretBytes rootKey, SecureRandom random) {
    store(directory, SERVER, identity.certificate(), identity.key(), rootKey, random);
  }

  private static void store(
      Path directory,
      String name,
      X509Certificate certificate,
      PrivateKey key,
      SecretBytes rootKey,
      SecureRandom random) {
    SealedFile.replace(
        directory.resolve(name + ".pem"), Pem.certificate(certificate).getBytes(US_ASCII));
    try (SecretBytes pem = Pem.privateKey(key)) {
      SealedFile.write(
          directory.resolve(name + ".key.sealed"), rootKey, purpose(name), pem, random);
    }
  }

  static Pki read(Path directory, SecretBytes rootKey, InstantSource clock, SecureRandom random) {
    X509Certificate ca = certificate(directory, CA);
    return new Pki(
        CertificateAuthority.load(ca, key(directory, CA, rootKey), clock, random),
        new TlsIdentity(key(directory, SERVER, rootKey), certificate(directory, SERVER), ca));
  }

  private static PrivateKey key(Path directory, String name, SecretBytes rootKey) {
    try (SecretBytes pem =
        SealedFile.read(directory.resolve(name + ".key.sealed"), rootKey, purpose(name))) {
      return Pem.privateKey(pem);
    }
  }

  private static X509Certificate certificate(Path directory, String name) {
    try {
      return Pem.certificate(Files.readString(directory.resolve(name + ".pem")));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String purpose(String name) {
    return "manager/pki/" + name;
  }
}
