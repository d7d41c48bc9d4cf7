package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.security.Principal;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PresentedKeyTest {
  private final CertificateAuthority ca = authority("Keymoor test CA");
  private final TlsIdentity identity = ca.newClientIdentity("host:1");
  private final Principal known = ca.certificate().getSubjectX500Principal();
  private final Principal unknown = authority("Another").certificate().getSubjectX500Principal();
  private final List<Principal @Nullable []> issuers = issuers();

  /** The JDK's own manager, over a key store, says when a key is shown. */
  @Test
  void itChoosesAsTheJdksManagerDoes() throws Exception {
    X509ExtendedKeyManager jdk = jdkManager();
    X509ExtendedKeyManager ours = new PresentedKey(identity.key(), identity.certificate());
    int shown = 0;
    for (String kind : List.of("EC", "EC_EC", "EC_RSA", "RSA", "RSASSA-PSS", "EdDSA", "DSA")) {
      for (Principal @Nullable [] asked : issuers) {
        String[] kinds = {"RSA", kind};
        List<Boolean> choices = choices(ours, kind, kinds, asked);
        assertThat(choices).as(kind).isEqualTo(choices(jdk, kind, kinds, asked));
        shown += choices.contains(true) ? 1 : 0;
      }
    }
    assertThat(shown).as("EC and EC_EC, of a CA that is known or not named").isEqualTo(8);
  }

  @Test
  void itGivesKeyAndChainForItsOwnAliasOnly() {
    PresentedKey ours = new PresentedKey(identity.key(), identity.certificate(), ca.certificate());
    String alias = ours.chooseEngineServerAlias("EC", null, null);

    assertThat(ours.getPrivateKey(alias)).isSameAs(identity.key());
    assertThat(ours.getCertificateChain(alias))
        .containsExactly(identity.certificate(), ca.certificate());
    assertThat(ours.getPrivateKey("other")).isNull();
    assertThat(ours.getCertificateChain("other")).isNull();
    assertThat(ours.getPrivateKey(null)).isNull();
  }

  private List<Principal @Nullable []> issuers() {
    List<Principal @Nullable []> all = new ArrayList<>();
    all.add(null);
    all.add(new Principal[0]);
    all.add(new Principal[] {unknown});
    all.add(new Principal[] {known});
    all.add(new Principal[] {unknown, known});
    return all;
  }

  private static List<Boolean> choices(
      X509ExtendedKeyManager manager, String kind, String[] kinds, Principal @Nullable [] issuers) {
    return List.of(
        manager.chooseClientAlias(kinds, issuers, null) != null,
        manager.chooseEngineClientAlias(kinds, issuers, null) != null,
        manager.chooseServerAlias(kind, issuers, null) != null,
        manager.chooseEngineServerAlias(kind, issuers, null) != null,
        isAny(manager.getClientAliases(kind, issuers)),
        isAny(manager.getServerAliases(kind, issuers)));
  }

  private static boolean isAny(String @Nullable [] aliases) {
    return aliases != null && aliases.length > 0;
  }

  private X509ExtendedKeyManager jdkManager() throws Exception {
    char[] unused = new char[0];
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, unused);
    Certificate[] chain = {identity.certificate()};
    store.setKeyEntry("own", identity.key(), unused, chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
    factory.init(store, unused);
    return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
  }

  private static CertificateAuthority authority(String name) {
    return CertificateAuthority.create(name, InstantSource.system(), new SecureRandom());
  }
}
