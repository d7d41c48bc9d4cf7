package io.keymoor.cli.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * An HTTPS server that wants client certificates like a manager and gives the answers it was told.
 *
 * <p>Answers are kept per "METHOD /path?query"; several for the same request are given one after
 * the other, the last one for ever. Thread-safe.
 */
public final class FakeManager implements AutoCloseable {
  /** One answer. */
  public record Answer(int status, String contentType, String body) {}

  private final TestAuthority authority = new TestAuthority("Test manager CA");
  private final HttpsServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<String> requests = new ArrayList<>();

  public FakeManager() throws IOException, GeneralSecurityException {
    SSLContext tls = tls(authority.issue("manager"));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new ClientCertificatesWanted(tls));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public TestAuthority authority() {
    return authority;
  }

  public String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Gives {@code answer} to {@code request}, such as {@code GET /api/v1/about}. */
  public synchronized void when(String request, Answer answer) {
    answers.computeIfAbsent(request, _ -> new ArrayDeque<>()).add(answer);
  }

  /** Every request so far, with its body if it had one. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** Writes a context file with an administrator's identity of this manager. */
  public Path writeContext(Path directory) throws IOException {
    return writeContext(directory, url(), authority.pem(), authority.issue("admin:test"));
  }

  public static Path writeContext(
      Path directory, String url, String caPem, TestAuthority.Identity identity)
      throws IOException {
    Files.writeString(directory.resolve("admin.key"), identity.privateKeyPem());
    ObjectNode context =
        JsonNodeFactory.instance
            .objectNode()
            .put("url", url)
            .put("ca_pem", caPem)
            .put("certificate_pem", identity.certificatePem())
            .put("private_key_pem_file", "admin.key");
    return Files.writeString(directory.resolve("context.json"), context.toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    Answer answer = next(request, body);
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", answer.contentType());
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer next(String request, String body) {
    requests.add(body.isEmpty() ? request : request + " " + body);
    Deque<Answer> known = answers.getOrDefault(request, new ArrayDeque<>());
    if (known.isEmpty()) {
      return new Answer(
          404,
          "application/problem+json",
          "{\"status\":404,\"detail\":\"The test has no answer to " + request + "\"}");
    }
    return known.size() > 1 ? known.remove() : known.element();
  }

  private SSLContext tls(TestAuthority.Identity identity)
      throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    Certificate[] chain = {certificate(identity.certificatePem())};
    own.setKeyEntry("own", identity.keys().getPrivate(), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate(authority.pem()));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return tls;
  }

  private static Certificate certificate(String pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static final class ClientCertificatesWanted extends HttpsConfigurator {
    ClientCertificatesWanted(SSLContext tls) {
      super(tls);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      SSLParameters tls = getSSLContext().getDefaultSSLParameters();
      tls.setNeedClientAuth(true);
      parameters.setSSLParameters(tls);
    }
  }
}
