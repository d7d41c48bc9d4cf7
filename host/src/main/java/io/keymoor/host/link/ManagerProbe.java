package io.keymoor.host.link;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.host.config.Enrolment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Asks once, layer by layer, whether the manager can be reached and lets this host in. Changes
 * nothing but when the host was last heard of: the message is one that the manager refuses as
 * malformed after it has looked at the certificate. Thread-safe.
 *
 * @param clock the host's time
 */
public record ManagerProbe(InstantSource clock) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_ANSWER = 64 * 1024;

  /** What came of it. */
  public sealed interface Result {
    /**
     * The manager answers and accepts the certificate.
     *
     * @param skew the host's clock minus the manager's, where it told its time
     */
    record Reached(Optional<Duration> skew) implements Result {}

    /**
     * It can't be reached.
     *
     * @param layer "DNS", "TCP", "TLS" or "manager"
     */
    record Failed(String layer, String reason, String advice) implements Result {}
  }

  /** Asks the manager of {@code enrolment}. */
  public Result probe(Enrolment enrolment) {
    URI manager = enrolment.manager();
    int port = manager.getPort() < 0 ? 443 : manager.getPort();
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(manager.getHost());
    } catch (UnknownHostException unknown) {
      return new Result.Failed(
          "DNS",
          "The name " + manager.getHost() + " has no address.",
          "Check the name servers, or put the name into /etc/hosts.");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(addresses[0], port), (int) PATIENCE.toMillis());
    } catch (IOException unreachable) {
      return new Result.Failed(
          "TCP",
          "Nothing answers at " + addresses[0].getHostAddress() + ":" + port + ".",
          "Check that the manager runs, and network and firewall on the way. VMs run and start"
              + " without it.");
    }
    return exchange(enrolment, manager);
  }

  private Result exchange(Enrolment enrolment, URI manager) {
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(enrolment.identity().context())
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build()) {
      HttpRequest malformed =
          HttpRequest.newBuilder(manager.resolve("/host-link/v1/hello"))
              .timeout(PATIENCE)
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString("{}"))
              .build();
      Instant before = clock.instant();
      HttpResponse<byte[]> answer =
          http.send(malformed, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER));
      return judge(answer, before);
    } catch (IOException failure) {
      CertificateLife own = CertificateLife.of(enrolment.identity().certificate());
      return new Result.Failed(
          "TLS",
          "It is not the manager, or not to be trusted now: "
              + LinkWords.of(failure, own, clock.instant())
              + ".",
          "Check address, clock and certificates as it says.");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new Result.Failed("TLS", "Interrupted.", "Try again.");
    }
  }

  private static Result judge(HttpResponse<byte[]> answer, Instant before) {
    return switch (answer.statusCode()) {
      // Malformed, it says, and so it has let the host in.
      case 400 -> new Result.Reached(skew(answer, before));
      default ->
          new Result.Failed(
              "manager",
              "It refuses: " + LinkWords.refusal("hello", answer.statusCode(), answer.body()) + ".",
              "Enrol the host again as it says, or look into the manager's log.");
    };
  }

  /** HTTP tells whole seconds. */
  static Optional<Duration> skew(HttpResponse<byte[]> answer, Instant before) {
    try {
      return answer
          .headers()
          .firstValue("date")
          .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .map(theirs -> Duration.between(theirs, before));
    } catch (DateTimeParseException foreign) {
      return Optional.empty();
    }
  }
}
