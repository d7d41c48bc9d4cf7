package io.keymoor.host.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.host.config.ConfigurationException.JoinRefused;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.JoinRequest;
import io.keymoor.protocol.JoinToken;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Shows a join token to a manager.
 *
 * <p>Guarantee: the token's secret goes only to a server that has a certificate for the address
 * asked for, of the CA whose fingerprint the token carries. Thread-safe.
 *
 * @param clock the host's time
 */
public record Joining(InstantSource clock) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration MOST_SKEW = Duration.ofMinutes(4);
  private static final int MOST_ANSWER = 256 * 1024;
  private static final int OK = 200;

  /**
   * Joins.
   *
   * @param manager an https address
   * @return what the manager gave; not checked
   * @throws JoinRefused in words
   */
  public EnrolmentGrant join(URI manager, JoinToken token, EnrolmentRequest host) {
    X509Certificate authority = authority(manager, token.authority());
    try (HttpClient http = client(TlsIdentity.trusting(authority))) {
      HttpRequest request =
          HttpRequest.newBuilder(manager.resolve("/host-link/v1/join"))
              .timeout(PATIENCE)
              .header("content-type", "application/json")
              .POST(
                  BodyPublishers.ofByteArray(LinkJson.write(new JoinRequest(token.secret(), host))))
              .build();
      HttpResponse<byte[]> answer = send(http, request, CertificateLife.of(authority));
      if (answer.statusCode() != OK) {
        throw new JoinRefused(
            LinkWords.code(answer.body()),
            "The manager at "
                + manager
                + " refused: "
                + LinkWords.detail(answer.body())
                + " This host has not joined.");
      }
      return LinkJson.read(answer.body(), EnrolmentGrant.class);
    } catch (MalformedMessage malformed) {
      throw foreign(manager);
    }
  }

  /** The CA with this fingerprint, which whoever answers there may show: the hash decides. */
  private X509Certificate authority(URI manager, String fingerprint) {
    try (HttpClient http = client(Unverified.context())) {
      HttpRequest request =
          HttpRequest.newBuilder(manager.resolve("/host-link/v1/authority"))
              .timeout(PATIENCE)
              .GET()
              .build();
      Instant before = clock.instant();
      HttpResponse<byte[]> answer = send(http, request, new CertificateLife(before, before));
      if (answer.statusCode() != OK) {
        throw foreign(manager);
      }
      X509Certificate shown = Pem.certificate(new String(answer.body(), US_ASCII));
      if (!CertificateAuthority.fingerprint(shown).equals(fingerprint)) {
        throw new JoinRefused(
            "manager_fingerprint_wrong",
            "The server at "
                + manager
                + " has the CA with the fingerprint "
                + CertificateAuthority.fingerprint(shown)
                + ", and the token is of the manager with "
                + fingerprint
                + ": the address or the token is of another manager, or somebody answers in its"
                + " place. The token was not sent, and this host has not joined. Compare both on the"
                + " manager: keymoor host token create shows its fingerprint.");
      }
      requireClock(manager, answer, before);
      return shown;
    } catch (CryptoException noCertificate) {
      throw foreign(manager);
    }
  }

  /** A certificate that begins in this host's future would open nothing. */
  private static void requireClock(URI manager, HttpResponse<byte[]> answer, Instant before) {
    Optional<Duration> skew = ManagerProbe.skew(answer, before);
    if (skew.filter(off -> off.abs().compareTo(MOST_SKEW) > 0).isPresent()) {
      Duration off = skew.get();
      throw new JoinRefused(
          "host_clock_wrong",
          "This host's clock is "
              + off.abs().toMinutes()
              + " minutes "
              + (off.isNegative() ? "behind" : "ahead of")
              + " that of the manager at "
              + manager
              + "; certificates would not work. The token was not used; this host has not joined. Set the"
              + " clock (timedatectl set-ntp true) and join again.");
    }
  }

  private HttpResponse<byte[]> send(HttpClient http, HttpRequest request, CertificateLife life) {
    try {
      return http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER));
    } catch (IOException failure) {
      throw new JoinRefused(
          "manager_unreachable",
          "The manager at "
              + request.uri().resolve("/")
              + " can't be joined: "
              + LinkWords.of(failure, life, clock.instant())
              + ". This host has not joined; the same command may be repeated.");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new JoinRefused("interrupted", "Interrupted; the same command may be repeated.");
    }
  }

  private static JoinRefused foreign(URI manager) {
    return new JoinRefused(
        "not_a_manager",
        "The server at "
            + manager
            + " does not answer as a manager does. This host has not joined. Use the address that keymoor"
            + " host token create showed.");
  }

  private static HttpClient client(SSLContext tls) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(tls)
        .connectTimeout(PATIENCE)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .build();
  }
}
