package io.keymoor.quickstart.scene;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates in files. */
final class PemFile {
  private PemFile() {}

  static String fingerprint(Path file) {
    try {
      return CertificateAuthority.fingerprint(Pem.certificate(Files.readString(file)));
    } catch (IOException unreadable) {
      throw new StoryFailed("The certificate " + file + " can't be read.", unreadable);
    }
  }
}
