package io.keymoor.crypto;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's identity that is replaced while the server runs: handshakes that begin after {@link
 * #replace} show the new certificate, connections that exist go on. Key and certificate of a
 * handshake always belong together. Thread-safe.
 */
public final class RenewableIdentity {
  private final SSLContext context;
  private volatile Generation present;

  public RenewableIdentity(TlsIdentity first) {
    this.present = new Generation(0, first, Optional.empty());
    this.context = first.context(new KeyManager[] {new Switching()});
  }

  /**
   * An identity and the one before it, which handshakes that have begun may still ask for.
   *
   * @param number counts from 0; the alias by which TLS asks for key and certificate
   */
  private record Generation(long number, TlsIdentity identity, Optional<Generation> before) {
    String alias() {
      return Long.toString(number);
    }

    Optional<TlsIdentity> find(@Nullable String alias) {
      if (alias().equals(alias)) {
        return Optional.of(identity);
      }
      return before
          .filter(generation -> generation.alias().equals(alias))
          .map(Generation::identity);
    }

    Generation next(TlsIdentity identity) {
      Generation last = new Generation(number, this.identity, Optional.empty());
      return new Generation(number + 1, identity, Optional.of(last));
    }
  }

  /** The identity that new handshakes show. */
  public TlsIdentity present() {
    return present.identity();
  }

  /** Shows {@code next}, an identity of the same CA, from now on. */
  public synchronized void replace(TlsIdentity next) {
    present = present.next(next);
  }

  /** The context to serve with; stays the same over replacements. */
  public SSLContext context() {
    return context;
  }

  private final class Switching extends X509ExtendedKeyManager {
    private @Nullable String alias(String keyType) {
      Generation now = present;
      // TLS 1.3 asks for "EC", TLS 1.2 also for "EC_EC" and the like.
      return keyType.startsWith(now.identity().key().getAlgorithm()) ? now.alias() : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return present
          .find(alias)
          .map(identity -> new X509Certificate[] {identity.certificate()})
          .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return present.find(alias).map(TlsIdentity::key).orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      String alias = alias(keyType);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
