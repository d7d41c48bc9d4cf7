package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final CertificateAuthority ca =
      CertificateAuthority.create("Keymoor test CA", InstantSource.system(), RANDOM);

  @Test
  void issuedCertificatesVerifyAndHaveOnePurpose() throws Exception {
    KeyPair keys = CertificateAuthority.newKeyPair(RANDOM);
    X509Certificate server =
        ca.issueServer(keys.getPublic(), "manager", List.of("127.0.0.1", "localhost"));
    X509Certificate client = ca.issueClient(keys.getPublic(), "host:1");
    server.verify(ca.certificate().getPublicKey());
    client.verify(ca.certificate().getPublicKey());
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(server.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(7, "127.0.0.1"), List.of(2, "localhost"));
    assertThat(CertificateAuthority.commonName(client)).contains("host:1");
    assertThat(server.getSerialNumber()).isNotEqualTo(client.getSerialNumber());
  }

  @Test
  void aCommonNameIsReadWhenThereIsExactlyOneByItself() {
    assertThat(commonNameOf("CN=host:1, O=any")).contains("host:1");
    assertThat(commonNameOf("O=first, CN=\"host:1, or so \\\"x\\\"\""))
        .contains("host:1, or so \"x\"");
    assertThat(commonNameOf("CN=host:1, CN=host:2")).isEmpty();
    assertThat(commonNameOf("CN=host:1 + O=any")).isEmpty();
    assertThat(commonNameOf("O=any")).isEmpty();
  }

  private Optional<String> commonNameOf(String subject) {
    Instant now = Instant.now();
    return CertificateAuthority.commonName(
        ca.certify(
            new CertificateAuthority.Contents(
                CertificateAuthority.newKeyPair(RANDOM).getPublic(),
                new X500Principal(subject),
                Optional.empty(),
                false,
                now,
                now.plusSeconds(60))));
  }

  /** Whoever starts with certificates that are there does not load and check its archives. */
  @Test
  void readingWhatIsThereNeedsNoBouncyCastle() throws Exception {
    URL[] own = {home(CertificateAuthority.class), home(SecretBytes.class)};
    try (URLClassLoader alone = new URLClassLoader(own, ClassLoader.getPlatformClassLoader())) {
      Class<?> authority = alone.loadClass(CertificateAuthority.class.getName());
      assertThat(
              authority
                  .getMethod("commonName", X509Certificate.class)
                  .invoke(null, ca.certificate()))
          .isEqualTo(Optional.of("Keymoor test CA"));
    }
  }

  private static URL home(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation();
  }

  @Test
  void aRequestMustBeSignedByItsOwnKey() {
    KeyPair keys = CertificateAuthority.newKeyPair(RANDOM);
    String pem = CertificateRequest.pem(keys, "h1");
    assertThat(CertificateRequest.parse(pem).publicKey()).isEqualTo(keys.getPublic());
    String signedByAnother =
        CertificateRequest.pem(
            new KeyPair(keys.getPublic(), CertificateAuthority.newKeyPair(RANDOM).getPrivate()),
            "h1");
    assertThatThrownBy(() -> CertificateRequest.parse(signedByAnother))
        .isInstanceOf(CryptoException.Damaged.class);
    assertThatThrownBy(() -> CertificateRequest.parse("nothing"))
        .isInstanceOf(CryptoException.Damaged.class);
  }

  @Test
  void pemSurvivesTheRoundTrip() {
    TlsIdentity identity = ca.newClientIdentity("admin:root");
    assertThat(Pem.certificate(Pem.certificate(identity.certificate())))
        .isEqualTo(identity.certificate());
    try (SecretBytes pem = Pem.privateKey(identity.key())) {
      assertThat(Pem.privateKey(pem)).isEqualTo(identity.key());
    }
  }

  @Test
  void bothSidesOfTheSameCaAgreeAndStrangersAreRefused() throws Exception {
    TlsIdentity server = ca.newServerIdentity("manager", List.of("127.0.0.1"));
    assertThat(handshake(server, ca.newClientIdentity("host:1"))).isEqualTo("TLSv1.3");
    CertificateAuthority stranger =
        CertificateAuthority.create("other", InstantSource.system(), RANDOM);
    TlsIdentity intruder = stranger.newClientIdentity("host:1");
    TlsIdentity trusting =
        new TlsIdentity(intruder.key(), intruder.certificate(), ca.certificate());
    assertThatThrownBy(() -> handshake(server, trusting)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> handshake(server, stranger.newClientIdentity("host:1")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anIdentityInTextShowsItsSubjectOnly() {
    assertThat(ca.newClientIdentity("admin:root")).hasToString("TlsIdentity[CN=admin:root]");
  }

  private static String handshake(TlsIdentity server, TlsIdentity client) throws Exception {
    try (SSLServerSocket listening =
        (SSLServerSocket)
            server.context().getServerSocketFactory().createServerSocket(0, 1, loopback())) {
      listening.setNeedClientAuth(true);
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(() -> {
            try (SSLSocket accepted = (SSLSocket) listening.accept()) {
              accepted.getOutputStream().write(accepted.getInputStream().read());
            } catch (IOException refused) {
              throw new java.io.UncheckedIOException(refused);
            }
          });
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .context()
                  .getSocketFactory()
                  .createSocket(loopback(), listening.getLocalPort())) {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        socket.getOutputStream().write(7);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
        served.get(10, TimeUnit.SECONDS);
        return socket.getSession().getProtocol();
      }
    }
  }

  private static java.net.InetAddress loopback() {
    return java.net.InetAddress.getLoopbackAddress();
  }
}
