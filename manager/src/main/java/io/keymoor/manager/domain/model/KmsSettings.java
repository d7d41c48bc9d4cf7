package io.keymoor.manager.domain.model;

import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator set for a standard provider. Secrets in it are sealed.
 *
 * @param revision grows with every change
 * @param servers the servers, at least one
 * @param order which server a request goes to first
 * @param timeout how long a request may take
 * @param trusted certificates of servers or authorities that were confirmed
 * @param identity who the manager is to the KMS
 * @param login KMIP user and password
 */
public record KmsSettings(
    long revision,
    List<KmsServer> servers,
    KmsAccess.Order order,
    Duration timeout,
    List<X509Certificate> trusted,
    Identity identity,
    Optional<Login> login) {
  /** Where the manager's certificate comes from. */
  public enum Source {
    /** The manager signed it itself; the KMS's administrator uploads it there. */
    GENERATED,
    /** The KMS's authority signed the manager's request. */
    SIGNED,
    /** Key and certificate were uploaded. */
    UPLOADED
  }

  /**
   * Who the manager is to the KMS.
   *
   * @param source where the certificate comes from
   * @param chain the certificate, then those that lead to its authority
   * @param sealedKey its private key
   * @param request a request that waits for its certificate
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Identity(
      Source source, List<X509Certificate> chain, byte[] sealedKey, Optional<Request> request) {
    public Identity {
      chain = List.copyOf(chain);
    }

    /** The certificate. */
    public X509Certificate certificate() {
      return chain.getFirst();
    }
  }

  /** A certification request and its private key. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Request(String pem, byte[] sealedKey) {}

  /** A KMIP user. */
  public record Login(String user, Optional<byte[]> sealedPassword) {}

  public KmsSettings {
    servers = List.copyOf(servers);
    trusted = List.copyOf(trusted);
  }

  /** The same with other servers. */
  public KmsSettings withServers(List<KmsServer> others) {
    return new KmsSettings(revision + 1, others, order, timeout, trusted, identity, login);
  }

  /** The same with other certificates trusted. */
  public KmsSettings withTrusted(List<X509Certificate> others) {
    return new KmsSettings(revision + 1, servers, order, timeout, others, identity, login);
  }

  /** The same with another identity. */
  public KmsSettings withIdentity(Identity other) {
    return new KmsSettings(revision + 1, servers, order, timeout, trusted, other, login);
  }

  /** The same with another login, or none. */
  public KmsSettings withLogin(Optional<Login> other) {
    return new KmsSettings(revision + 1, servers, order, timeout, trusted, identity, other);
  }
}
