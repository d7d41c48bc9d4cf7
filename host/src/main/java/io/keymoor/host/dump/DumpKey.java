package io.keymoor.host.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
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
import java.util.function.Function;

/**
 * The host's dump key (R16), an X25519 pair in {@code dump-key.json}: the public half in clear, the
 * private half sealed under the host key. So a dump can be written at any time, and read only where
 * the host key's provider gives its key. It is made when the host joins; until there is a host key,
 * while nothing in its cluster is encrypted, the host's configuration seals the private half.
 * Thread-safe; the file is replaced as a whole.
 */
public final class DumpKey {
  private static final String FORMAT = "keymoor-dump-key";
  private static final int VERSION = 1;
  private static final int MOST_BYTES = 4096;
  private static final String KEPT_NAME = "dump-key";

  private final Path file;
  private final HostConfiguration configuration;
  private final String purpose;
  private final SecureRandom random;

  /** The dump key of a host, there or not. */
  public DumpKey(
      HostDirectory directory, HostConfiguration configuration, UUID host, SecureRandom random) {
    this.file = directory.path().resolve("dump-key.json");
    this.configuration = configuration;
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
   * Sees to it that there is a pair, sealed as it should be: makes it where there is none, and
   * brings one that the configuration seals under the host key. One that another host key sealed
   * can't be read any more by anybody, and is replaced.
   *
   * @param hostKey the host key; absent when there is none, or it can't be had now
   */
  public synchronized void keep(Optional<SecretBytes> hostKey) {
    if (hostKey.isPresent()) {
      keepUnder(hostKey.get());
    } else if (configuration.hostKey().isEmpty()) {
      Optional<SecretBytes> there = underConfiguration(read());
      if (there.isPresent()) {
        there.get().close();
        return;
      }
      try (SecretBytes pair = Hpke.newPrivateKey(random)) {
        write(pair, configuration.sealKept(KEPT_NAME, pair));
      }
    }
  }

  private void keepUnder(SecretBytes hostKey) {
    Optional<Document> document = read();
    Optional<SecretBytes> there = under(hostKey, document);
    if (there.isPresent()) {
      there.get().close();
      return;
    }
    try (SecretBytes pair =
        underConfiguration(document).orElseGet(() -> Hpke.newPrivateKey(random))) {
      write(pair, SealedBox.seal(hostKey, purpose, pair, random));
    }
  }

  private Optional<SecretBytes> under(SecretBytes hostKey, Optional<Document> document) {
    return opened(document, sealed -> SealedBox.open(hostKey, purpose, sealed));
  }

  private Optional<SecretBytes> underConfiguration(Optional<Document> document) {
    return opened(document, sealed -> configuration.openKept(KEPT_NAME, sealed));
  }

  private void write(SecretBytes privateKey, byte[] sealed) {
    SealedFile.replace(
        file,
        LinkJson.write(
            new Document(
                FORMAT,
                VERSION,
                Base64.getEncoder().encodeToString(Hpke.publicKey(privateKey)),
                Base64.getEncoder().encodeToString(sealed))));
  }

  /** The private half, owned by the caller; absent when this does not open it. */
  private static Optional<SecretBytes> opened(
      Optional<Document> document, Function<byte[], SecretBytes> how) {
    if (document.isEmpty()) {
      return Optional.empty();
    }
    try {
      SecretBytes key = how.apply(Base64.getDecoder().decode(document.get().sealedPrivateKey()));
      if (Base64.getEncoder()
          .encodeToString(Hpke.publicKey(key))
          .equals(document.get().publicKey())) {
        return Optional.of(key);
      }
      key.close();
    } catch (CryptoException | IllegalArgumentException other) {
      return Optional.empty();
    }
    return Optional.empty();
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

  /**
   * The private half, owned by the caller; absent when there is none, or what seals it can't be had
   * now.
   *
   * @param hostKey the host key, where it can be had
   */
  public synchronized Optional<SecretBytes> privateKey(Optional<SecretBytes> hostKey) {
    Optional<Document> document = read();
    Optional<SecretBytes> found =
        hostKey.flatMap(key -> under(key, document)).or(() -> underConfiguration(document));
    if (document.isPresent() && hostKey.isPresent() && found.isEmpty()) {
      throw damaged();
    }
    return found;
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
