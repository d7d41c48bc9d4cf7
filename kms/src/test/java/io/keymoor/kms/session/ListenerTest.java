package io.keymoor.kms.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.crypto.X25519Provider;
import io.keymoor.kms.monitor.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Well- and ill-behaved peers against the listener, over real TLS, with an echo behind it. */
class ListenerTest {
  private static final byte[] MESSAGE =
      HexFormat.of().parseHex("42007801" + "00000008" + "0102030405060708");

  private static TlsIdentity server;
  private static TlsIdentity known;
  private static TlsIdentity unknown;
  private static TlsIdentity ended;
  private static final Set<String> REGISTERED = ConcurrentHashMap.newKeySet();
  private static final Map<String, SSLContext> CONTEXTS = new ConcurrentHashMap<>();

  private final Metrics metrics = new Metrics();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void certificates() {
    X25519Provider.install();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    CertificateAuthority authority =
        CertificateAuthority.create("test", now::get, new SecureRandom());
    server = authority.newServerIdentity("kms", List.of("127.0.0.1"));
    known = authority.newClientIdentity("known");
    unknown = authority.newClientIdentity("unknown");
    now.set(now.get().minus(Duration.ofDays(3 * 365)));
    ended = authority.newClientIdentity("ended");
    REGISTERED.add(CertificateAuthority.fingerprint(known.certificate()));
    REGISTERED.add(CertificateAuthority.fingerprint(ended.certificate()));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  @Test
  void aRegisteredClientTalksOverTls12AndTls13() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      SSLSocket client = connect(listener, known);
      client.setEnabledProtocols(new String[] {protocol});
      for (int i = 0; i < 3; i++) {
        assertThat(exchange(client)).isEqualTo(MESSAGE);
      }
      assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
    }
  }

  @Test
  void aCertificateThatIsNotRegisteredAndNoCertificateAreRefused() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    SSLSocket stranger = connect(listener, unknown);
    assertThatThrownBy(() -> exchange(stranger)).isInstanceOf(IOException.class);
    SSLSocket nobody = connect(listener, known, true);
    assertThatThrownBy(() -> exchange(nobody)).isInstanceOf(IOException.class);
    eventually("outcome=\"refused\"", 2);
    assertThat(exchange(connect(listener, known))).as("others go on").isEqualTo(MESSAGE);
  }

  @Test
  void aRegisteredCertificateThatHasEndedIsRefused() throws IOException {
    assertThat(ended.certificate().getNotAfter()).isInThePast();
    Listener listener = listener(SessionLimits.DEFAULT);
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      SSLSocket late = connect(listener, ended);
      late.setEnabledProtocols(new String[] {protocol});
      assertThatThrownBy(() -> exchange(late)).isInstanceOf(IOException.class);
    }
    eventually("outcome=\"refused\"", 2);
    assertThat(exchange(connect(listener, known))).as("others go on").isEqualTo(MESSAGE);
  }

  @Test
  void connectionsThatEndWithoutARequestAreNormal() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    for (int i = 0; i < 5; i++) {
      new Socket(InetAddress.getLoopbackAddress(), listener.port()).close();
    }
    eventually("outcome=\"silent\"", 5);
    SSLSocket greeting = connect(listener, known);
    greeting.startHandshake();
    greeting.close();
    eventually("outcome=\"accepted\"", 1);
    assertThat(count("outcome=\"refused\"")).isZero();
  }

  @Test
  void aPeerThatSendsAByteNowAndThenIsCutOff() throws IOException {
    SessionLimits limits =
        new SessionLimits(
            10, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(600), 4096);
    Listener listener = listener(limits);
    SSLSocket slow = connect(listener, known);
    OutputStream out = slow.getOutputStream();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          out.write(MESSAGE, 0, 1);
          out.flush();
          return count("outcome=\"cut_off\"") == 1 || count("outcome=\"malformed\"") == 1;
        });
  }

  @Test
  void aPeerThatNeverFinishesItsHandshakeIsCutOff() throws IOException {
    SessionLimits limits =
        new SessionLimits(
            10, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(30), 4096);
    Listener listener = listener(limits);
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    opened.add(plain);
    plain.getOutputStream().write(new byte[] {0x16, 0x03});
    assertThat(plain.getInputStream().read()).isEqualTo(-1);
    eventually("outcome=\"cut_off\"", 1);
  }

  @Test
  void aMessageBeyondTheLimitEndsTheConnectionBeforeItIsRead() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    SSLSocket client = connect(listener, known);
    client.getOutputStream().write(HexFormat.of().parseHex("42007801" + "7ffffff8"));
    assertThat(endOf(client)).isTrue();
    eventually("outcome=\"malformed\"", 1);
  }

  @Test
  void whatIsNoKmipEndsTheConnection() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    SSLSocket client = connect(listener, known);
    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    assertThat(endOf(client)).isTrue();
    eventually("outcome=\"malformed\"", 1);
  }

  @Test
  void aHalfClosedPeerStillGetsItsAnswer() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    SSLSocket client = connect(listener, known);
    client.setEnabledProtocols(new String[] {"TLSv1.3"});
    client.getOutputStream().write(MESSAGE);
    client.shutdownOutput();
    assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void moreConnectionsThanAllowedAreClosedAtOnce() throws IOException {
    SessionLimits limits =
        new SessionLimits(
            2, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30), 4096);
    Listener listener = listener(limits);
    for (int i = 0; i < 2; i++) {
      assertThat(exchange(connect(listener, known))).isEqualTo(MESSAGE);
    }
    Socket third = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    opened.add(third);
    assertThat(third.getInputStream().read()).isEqualTo(-1);
    eventually("outcome=\"over_limit\"", 1);
  }

  @Test
  void aThousandIdleConnectionsLeaveRoomForOneThatWorks() throws IOException {
    Listener listener = listener(SessionLimits.DEFAULT);
    for (int i = 0; i < 1000; i++) {
      connect(listener, known).startHandshake();
    }
    eventually("outcome=\"accepted\"", 1000);
    assertThat(metrics.text()).contains("keymoor_kms_connections 1000.0");
    assertThat(exchange(connect(listener, known))).isEqualTo(MESSAGE);
  }

  private Listener listener(SessionLimits limits) throws IOException {
    Listener listener =
        Listener.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            TlsServer.of(server, REGISTERED::contains),
            limits,
            (_, _) ->
                (frame, out) -> {
                  out.write(frame);
                  return true;
                },
            metrics);
    opened.add(listener);
    return listener;
  }

  private SSLSocket connect(Listener listener, TlsIdentity identity) throws IOException {
    return connect(listener, identity, false);
  }

  private SSLSocket connect(Listener listener, TlsIdentity identity, boolean anonymous)
      throws IOException {
    SSLContext context =
        CONTEXTS.computeIfAbsent(
            identity.certificate().getSerialNumber() + (anonymous ? " anonymous" : ""),
            _ -> anonymous ? trustOnly(identity) : identity.context());
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.port());
    opened.add(socket);
    return socket;
  }

  private static SSLContext trustOnly(TlsIdentity identity) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("authority", identity.authority());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] exchange(SSLSocket client) throws IOException {
    client.getOutputStream().write(MESSAGE);
    return client.getInputStream().readNBytes(MESSAGE.length);
  }

  private static boolean endOf(SSLSocket client) {
    try {
      InputStream in = client.getInputStream();
      return in.read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private void eventually(String outcome, long expected) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(count(outcome)).as(outcome).isEqualTo(expected));
  }

  private long count(String outcome) {
    return metrics.counter("keymoor_kms_connections_total", "", outcome).value();
  }
}
