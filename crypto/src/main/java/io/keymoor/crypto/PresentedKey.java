package io.keymoor.crypto;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One key and its certificates, shown to whoever asks for a key of this kind and, where it names
 * the CAs that it trusts, for one of these: what the JDK's own key manager does with a key store of
 * one entry. Such a store encrypts the key under a password that is derived in ten thousand steps,
 * and decrypts it again; each costs a fresh process 50 ms, for a password that is empty. Immutable.
 */
final class PresentedKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";

  private final PrivateKey key;
  private final List<X509Certificate> chain;

  /** The chain begins with the key's certificate. */
  PresentedKey(PrivateKey key, X509Certificate... chain) {
    this.key = key;
    this.chain = List.of(chain);
  }

  /** TLS 1.3 asks for "EC", TLS 1.2 also for "EC_EC": of that kind, and signed by that kind. */
  private @Nullable String alias(String kind, Principal @Nullable [] issuers) {
    String[] words = kind.split("_", 2);
    boolean signed =
        words.length == 1
            || chain.getFirst().getSigAlgName().toUpperCase(Locale.ROOT).contains(words[1]);
    return words[0].equals(key.getAlgorithm()) && signed && isOf(issuers) ? ALIAS : null;
  }

  private boolean isOf(Principal @Nullable [] issuers) {
    return issuers == null
        || issuers.length == 0
        || chain.stream()
            .map(X509Certificate::getIssuerX500Principal)
            .anyMatch(Arrays.asList(issuers)::contains);
  }

  private @Nullable String any(String[] kinds, Principal @Nullable [] issuers) {
    return Stream.of(kinds).anyMatch(kind -> alias(kind, issuers) != null) ? ALIAS : null;
  }

  private String @Nullable [] all(String kind, Principal @Nullable [] issuers) {
    String alias = alias(kind, issuers);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    return ALIAS.equals(alias) ? chain.toArray(X509Certificate[]::new) : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    return ALIAS.equals(alias) ? key : null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return any(kinds, issuers);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return any(kinds, issuers);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(kind, issuers);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(kind, issuers);
  }

  @Override
  public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
    return all(kind, issuers);
  }

  @Override
  public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
    return all(kind, issuers);
  }
}
