package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenewableIdentityTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system(), RANDOM);

  private TlsIdentity server() {
    return authority.newServerIdentity("server", List.of("127.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void newConnectionsSeeTheNewCertificateAndOldOnesGoOn(String version) throws IOException {
    TlsIdentity first = server();
    TlsIdentity second = server();
    RenewableIdentity renewable = new RenewableIdentity(first);
    try (SSLServerSocket listener =
            (SSLServerSocket)
                renewable
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SSLSocket before = connect(listener, threads, version)) {
      assertThat(shown(before)).isEqualTo(first.certificate());

      renewable.replace(second);

      try (SSLSocket after = connect(listener, threads, version)) {
        assertThat(shown(after)).isEqualTo(second.certificate());
      }
      before.getOutputStream().write(7);
      assertThat(before.getInputStream().read()).isEqualTo(7);
      assertThat(renewable.present()).isEqualTo(second);
    }
  }

  /** Connects with a context of its own, so that no session is resumed. */
  private SSLSocket connect(SSLServerSocket listener, ExecutorService threads, String version)
      throws IOException {
    var _ =
        threads.submit(() -> {
          try (var accepted = listener.accept()) {
            return accepted.getInputStream().transferTo(accepted.getOutputStream());
          }
        });
    SSLSocket socket =
        (SSLSocket)
            authority
                .newClientIdentity("client")
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return socket;
  }

  private static X509Certificate shown(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  @Test
  void aCertificateIsDueWhenTwoThirdsOfItsLifeAreOver() {
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    CertificateLife life = new CertificateLife(begin, begin.plus(Duration.ofDays(399)));
    assertThat(life.renewal()).isEqualTo(begin.plus(Duration.ofDays(266)));
    assertThat(life.isAhead(begin.minusMillis(1))).isTrue();
    assertThat(life.isOver(life.ends())).isFalse();
    assertThat(life.isOver(life.ends().plusMillis(1))).isTrue();
  }

  @Test
  void keyAndCertificateInOnePemAreReadBack() {
    TlsIdentity identity = server();
    try (SecretBytes both = IdentityPem.of(identity.key(), identity.certificate());
        SecretBytes keyAlone = Pem.privateKey(identity.key())) {
      assertThat(IdentityPem.certificate(both)).contains(identity.certificate());
      assertThat(Pem.privateKey(both)).isEqualTo(identity.key());
      assertThat(IdentityPem.certificate(keyAlone)).isEmpty();
    }
    assertThat(TlsIdentity.belongTogether(identity.key(), identity.certificate())).isTrue();
    assertThat(TlsIdentity.belongTogether(server().key(), identity.certificate())).isFalse();
  }

  @Test
  void nothingThatTheAuthorityIssuesLivesLongerThanItself() {
    CertificateAuthority old =
        CertificateAuthority.create(
            "old", InstantSource.fixed(Instant.now().minus(Duration.ofDays(3600))), RANDOM);
    CertificateAuthority today =
        CertificateAuthority.load(
            old.certificate(), old.privateKey(), InstantSource.system(), RANDOM);
    assertThat(today.newClientIdentity("late").certificate().getNotAfter())
        .isBeforeOrEqualTo(old.certificate().getNotAfter());
  }
}
