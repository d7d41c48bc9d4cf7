package io.keymoor.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keymoor.cli.client.ClientFailure.AnswerNotUnderstood;
import io.keymoor.cli.client.ClientFailure.Layer;
import io.keymoor.cli.client.ClientFailure.ManagerUnreachable;
import io.keymoor.cli.client.ClientFailure.RequestRefused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * Requests and JSON answers over one mutually authenticated HTTPS client; every way to fail becomes
 * a {@link ClientFailure}. Thread-safe.
 */
final class Transport implements AutoCloseable {
  static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

  private final URI manager;
  private final SSLContext tls;
  private final HttpClient http;

  Transport(ManagerContext context) {
    this.manager = context.url();
    this.tls = context.tls();
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .sslContext(tls)
            .build();
  }

  /** Sends {@code body} (nothing when empty) and reads the JSON of a 2xx answer. */
  JsonNode exchange(String method, String path, byte[] body) {
    return json(answered(request(method, path, body)));
  }

  /** Reads a file that the manager offers under a one-time token. */
  byte[] download(String location, String token) {
    URI source = manager.resolve(location);
    if (!manager.getRawAuthority().equals(source.getRawAuthority())
        || !manager.getScheme().equals(source.getScheme())) {
      throw new AnswerNotUnderstood("it wants a download from another server");
    }
    return answered(
            HttpRequest.newBuilder(source)
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .build())
        .body();
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  private HttpRequest request(String method, String path, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(manager + "/api/v1" + path))
            .timeout(ANSWER_TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    if (body.length == 0) {
      return request.method(method, BodyPublishers.noBody()).build();
    }
    return request
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofByteArray(body))
        .build();
  }

  private HttpResponse<byte[]> answered(HttpRequest request) {
    HttpResponse<byte[]> response;
    try {
      response = http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException failure) {
      IOException cause =
          Reachability.hungUp(failure) ? LateAlert.lookFor(manager, tls, failure) : failure;
      throw Reachability.explain(manager, request.method(), cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ManagerUnreachable(
          Layer.ANSWER, "The request was interrupted before the answer came.", interrupted);
    }
    if (response.statusCode() / 100 != 2) {
      throw refusal(response);
    }
    return response;
  }

  private static ClientFailure refusal(HttpResponse<byte[]> response) {
    JsonNode problem;
    try {
      problem = MAPPER.readTree(response.body());
    } catch (IOException notJson) {
      problem = JsonNodeFactory.instance.objectNode();
    }
    String detail = problem.path("detail").asText(problem.path("title").asText(""));
    if (detail.isEmpty()) {
      return new AnswerNotUnderstood("status " + response.statusCode() + " without a reason");
    }
    return new RequestRefused(
        response.statusCode(), problem.path("code").asText(""), detail, problem);
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    if (response.body().length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return MAPPER.readTree(response.body());
    } catch (JsonProcessingException malformed) {
      throw new AnswerNotUnderstood("it is not JSON");
    } catch (IOException impossible) {
      throw new AnswerNotUnderstood("it could not be read");
    }
  }
}
