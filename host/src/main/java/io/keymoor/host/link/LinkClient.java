package io.keymoor.host.link;

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
import javax.net.ssl.SSLHandshakeException;

/**
 * Messages to the manager over mutual TLS. Only a server with a certificate of the grant's CA, for
 * the name in the grant's address, is spoken to; answers are bounded. Thread-safe.
 */
final class LinkClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final String BASE = "/host-link/v1/";

  private final HttpClient http;
  private final URI manager;

  LinkClient(URI manager, TlsIdentity identity) {
    this.manager = manager;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(identity.context())
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  /**
   * Sends a message and reads the answer.
   *
   * @param call the last part of the path, such as "poll"
   * @param wait how long the whole exchange may take
   */
  <T> T post(String call, Object message, Class<T> answer, Duration wait)
      throws LinkFailure, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(manager.resolve(BASE + call))
            .timeout(wait)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(LinkJson.write(message)))
            .build();
    try {
      HttpResponse<byte[]> response =
          http.send(
              request,
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), LinkJson.MAX_MESSAGE_BYTES));
      if (response.statusCode() != 200) {
        throw new LinkFailure(refusal(call, response.statusCode()));
      }
      return LinkJson.read(response.body(), answer);
    } catch (SSLHandshakeException untrusted) {
      throw new LinkFailure("the TLS handshake failed (" + untrusted.getMessage() + ")", untrusted);
    } catch (IOException failure) {
      throw new LinkFailure(text(failure), failure);
    } catch (MalformedMessage malformed) {
      throw new LinkFailure(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static String refusal(String call, int status) {
    return switch (status) {
      case 401, 403 ->
          "it does not let this host in (status "
              + status
              + "); if the host was removed there, enrol it anew";
      default -> "it answered " + call + " with status " + status;
    };
  }

  private static String text(IOException failure) {
    String message = failure.getMessage();
    return failure.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
