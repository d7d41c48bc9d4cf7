package io.keymoor.host.link;

import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Messages to the manager over mutual TLS. Only a server with a certificate of the grant's CA, for
 * the name in the grant's address, is spoken to; answers are bounded. The own identity can be
 * replaced at any time. Thread-safe.
 */
final class LinkClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String BASE = "/host-link/v1/";

  private final URI manager;
  private final AtomicReference<Connection> present;

  LinkClient(URI manager, TlsIdentity identity) {
    this.manager = manager;
    this.present = new AtomicReference<>(Connection.as(identity));
  }

  /**
   * Connections that were made with one identity.
   *
   * @param http pools them
   * @param life of the identity's certificate
   */
  private record Connection(HttpClient http, CertificateLife life) {
    static Connection as(TlsIdentity identity) {
      return new Connection(
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(identity.context())
              .connectTimeout(CONNECT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .build(),
          CertificateLife.of(identity.certificate()));
    }
  }

  /** Connects as {@code identity} from now on; exchanges that have begun end as they began. */
  void present(TlsIdentity identity) {
    present.getAndSet(Connection.as(identity)).http().shutdown();
  }

  /**
   * Sends a message and reads the answer.
   *
   * @param call the last part of the path, such as "poll"
   * @param wait how long the whole exchange may take
   */
  <T> T post(String call, Object message, Class<T> answer, Duration wait)
      throws LinkFailure, InterruptedException {
    Connection used = present.get();
    try {
      return exchange(used, call, message, answer, wait);
    } catch (LinkFailure failure) {
      if (present.get().equals(used)) {
        throw failure;
      }
      // It met the moment in which the identity was replaced.
      return exchange(present.get(), call, message, answer, wait);
    }
  }

  private <T> T exchange(
      Connection connection, String call, Object message, Class<T> answer, Duration wait)
      throws LinkFailure, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(manager.resolve(BASE + call))
            .timeout(wait)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(LinkJson.write(message)))
            .build();
    try {
      HttpResponse<byte[]> response =
          connection
              .http()
              .send(
                  request,
                  BodyHandlers.limiting(BodyHandlers.ofByteArray(), LinkJson.MAX_MESSAGE_BYTES));
      if (response.statusCode() != 200) {
        throw LinkWords.failure(call, response.statusCode(), response.body());
      }
      return LinkJson.read(response.body(), answer);
    } catch (IOException failure) {
      throw new LinkFailure(LinkWords.of(failure, connection.life(), Instant.now()), failure);
    } catch (MalformedMessage malformed) {
      throw new LinkFailure(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  @Override
  public void close() {
    present.get().http().shutdownNow();
  }
}
