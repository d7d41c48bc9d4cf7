package io.keymoor.provider.standard;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Always shows the one certificate there is. The JDK's own key manager keeps quiet when a server
 * names authorities and the certificate is none of theirs, which a self-signed one never is; the
 * KMS would then say that no certificate came, and nobody would know why. Thread-safe.
 */
final class OneIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";

  private final Optional<KmsAccess.Identity> identity;

  OneIdentity(Optional<KmsAccess.Identity> identity) {
    this.identity = identity;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return fits(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    for (String type : keyTypes) {
      if (fits(type)) {
        return ALIAS;
      }
    }
    return null;
  }

  private boolean fits(String keyType) {
    // "EC", "RSA", "RSASSA-PSS", or in TLS 1.2 "EC_RSA": an EC key that an RSA key certified.
    return identity
        .filter(it ->
            keyType.equals(it.key().getAlgorithm())
                || keyType.startsWith(it.key().getAlgorithm() + "_"))
        .isPresent();
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return identity.map(it -> it.chain().toArray(X509Certificate[]::new)).orElse(null);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return identity.map(KmsAccess.Identity::key).orElse(null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return null;
  }
}
