package io.keymoor.provider.standard;

import io.keymoor.secret.SecretBytes;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a KMS is, whom we trust there and who we are to it (S1, S2, S3). Owns its password.
 *
 * @param servers servers that share their keys, at least one
 * @param order which server a request goes to first
 * @param timeout how long a request may take, all attempts together
 * @param trusted certificates: a server's own, then it is that server whatever its name; or a CA's,
 *     then servers it certified are trusted under the names in their certificates
 * @param identity what we show; absent before there is one
 * @param login KMIP user and password, where the KMS wants them beside the certificate
 */
public record KmsAccess(
    List<KmsServer> servers,
    Order order,
    Duration timeout,
    List<X509Certificate> trusted,
    Optional<Identity> identity,
    Optional<Login> login)
    implements AutoCloseable {
  /** The time a request may take unless somebody chose another. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Which server a request goes to first; those that failed lately come last in any case. */
  public enum Order {
    /** Another one each time. */
    ROUND_ROBIN,
    /** Another one each time, in proportion to the weights. */
    WEIGHTED,
    /** The one that answered fastest of late. */
    LATENCY
  }

  /** A private key and its certificate, followed by those that lead to its authority. */
  public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
  }

  /** A KMIP user. */
  public record Login(String user, Optional<SecretBytes> password) {}

  public KmsAccess {
    servers = List.copyOf(servers);
    trusted = List.copyOf(trusted);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("a KMS has a server");
    }
  }

  /** Erases the password. */
  @Override
  public void close() {
    login.flatMap(Login::password).ifPresent(SecretBytes::close);
  }
}
