package io.keymoor.host.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The host's dump key (R16), an X25519 pair in {@code dump-key.json}: the public half in clear, the
 * private half sealed under the host key. So a dump can be written at any time, and read only where
 * the host key's provider gives its key. Thread-safe; the file is replaced as a whole.
 */
public final class DumpKey {
  private static final String FORMAT = "keymoor-dump-key";
  private static final int VERSION = 1;
  private static final int MOST_BYTES = 4096;

  private final Path file;
  private final String purpose;
  private final SecureRandom random;

  /** The dump key of a host, there or not. */
  public DumpKey(HostDirectory directory, UUID host, SecureRandom random) {
    this.file = directory.path().resolve("dump-key.json");
    this.purpose = "host/dump-key/" + host;
    this.random = random;
  }

  /**
   * What is in the file.
   *
   * @param format what it is
   * @param version of the format
   * @param publicKey base64
   * @param sealedPrivateKey a sealed box, base64
   */
  record Document(String format, int version, String publicKey, String sealedPrivateKey) {}

  /**
   * Makes the pair when there is none that opens with this host key. One that another host key
   * sealed can't be read any more by anybody, and is replaced.
   */
  public synchronized void keep(SecretBytes hostKey) {
    if (opens(hostKey)) {
      return;
    }
    try (SecretBytes privateKey = Hpke.newPrivateKey(random)) {
      SealedFile.replace(
          file,
          LinkJson.write(
              new Document(
                  FORMAT,
                  VERSION,
                  Base64.getEncoder().encodeToString(Hpke.publicKey(privateKey)),
                  Base64.getEncoder()
                      .encodeToString(SealedBox.seal(hostKey, purpose, privateKey, random)))));
    }
  }

  private boolean opens(SecretBytes hostKey) {
    Optional<Document> document = read();
    if (document.isEmpty()) {
      return false;
    }
    try (SecretBytes key = open(document.get(), hostKey)) {
      return Base64.getEncoder()
          .encodeToString(Hpke.publicKey(key))
          .equals(document.get().publicKey());
    } catch (CryptoException | IllegalArgumentException other) {
      return false;
    }
  }

  /** The public half; absent when the host has no dump key yet. */
  public synchronized Optional<byte[]> publicKey() {
    return read()
        .map(document -> {
          try {
            return Base64.getDecoder().decode(document.publicKey());
          } catch (IllegalArgumentException notBase64) {
            throw damaged();
          }
        });
  }

  /** The private half, owned by the caller; absent when there is none. */
  public synchronized Optional<SecretBytes> privateKey(SecretBytes hostKey) {
    return read()
        .map(document -> {
          try {
            return open(document, hostKey);
          } catch (CryptoException | IllegalArgumentException unusable) {
            throw damaged();
          }
        });
  }

  private SecretBytes open(Document document, SecretBytes hostKey) {
    return SealedBox.open(
        hostKey, purpose, Base64.getDecoder().decode(document.sealedPrivateKey()));
  }

  private Optional<Document> read() {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      if (Files.size(file) > MOST_BYTES) {
        throw damaged();
      }
      Document document = LinkJson.read(Files.readString(file).getBytes(UTF_8), Document.class);
      if (!document.format().equals(FORMAT)) {
        throw damaged();
      }
      if (document.version() != VERSION) {
        throw new ConfigurationException.NewerVersion(file, "newer than 1");
      }
      return Optional.of(document);
    } catch (MalformedMessage malformed) {
      throw damaged();
    } catch (IOException unreadable) {
      throw new ConfigurationException.Storage(file, unreadable);
    }
  }

  private ConfigurationException damaged() {
    return new ConfigurationException.Damaged(
        file,
        "it holds no dump key of this host. Remove it: the agent makes another; files that were"
            + " sealed to it open with their password only.");
  }
}
