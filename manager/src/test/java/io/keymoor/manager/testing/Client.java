package io.keymoor.manager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/** A REST client with a certificate. */
public final class Client implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI manager;
  private final TlsIdentity identity;
  private final HttpClient http;

  public Client(String url, TlsIdentity identity) {
    this(URI.create(url), identity, identity.context());
  }

  private Client(URI manager, TlsIdentity identity, SSLContext tls) {
    this.manager = manager;
    this.identity = identity;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .sslContext(tls)
            .build();
  }

  /** Where the manager is. */
  public URI url() {
    return manager;
  }

  /** One that trusts the same manager and shows no certificate. */
  public Client withoutCertificate() {
    return new Client(manager, identity, TlsIdentity.trusting(identity.authority()));
  }

  public TlsIdentity identity() {
    return identity;
  }

  /** Another client of the same manager. */
  public Client as(TlsIdentity other) {
    return new Client(manager.toString(), other);
  }

  /** The first administrator of a manager's directory. */
  public static Client administrator(Path directory) {
    try {
      Path admin = directory.resolve("admin");
      JsonNode context = JSON.readTree(Files.readAllBytes(admin.resolve("context.json")));
      try (SecretBytes key =
          SecretBytes.takeOver(
              Files.readAllBytes(admin.resolve(context.path("private_key_pem_file").asText())))) {
        return new Client(
            context.path("url").asText(),
            new TlsIdentity(
                Pem.privateKey(key),
                Pem.certificate(context.path("certificate_pem").asText()),
                Pem.certificate(context.path("ca_pem").asText())));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** An answer. */
  public static final class Answer {
    private final int status;
    private final byte[] body;
    private final HttpHeaders headers;

    Answer(HttpResponse<byte[]> response) {
      this.status = response.statusCode();
      this.body = response.body();
      this.headers = response.headers();
    }

    /** The value of a header. */
    public Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    public int status() {
      return status;
    }

    public byte[] body() {
      return body;
    }

    public JsonNode json() {
      try {
        return body.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body);
      } catch (IOException notJson) {
        throw new UncheckedIOException(new String(body, UTF_8), notJson);
      }
    }

    public String code() {
      return json().path("code").asText();
    }

    public String detail() {
      return json().path("detail").asText();
    }

    @Override
    public String toString() {
      return status + " " + new String(body, UTF_8);
    }
  }

  public Answer get(String path) {
    return send("GET", path, "");
  }

  public Answer post(String path, String json) {
    return send("POST", path, json.replace('\'', '"'));
  }

  public Answer delete(String path) {
    return send("DELETE", path, "");
  }

  public Answer send(String method, String path, String body) {
    return raw(
        request("/api/v1" + path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  /** A request to any path of the server. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(manager.resolve(path)).timeout(Duration.ofSeconds(90));
  }

  public Answer raw(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
  }

  /** Makes a native provider and answers it. */
  public JsonNode createProvider(String name) {
    return post(
            "/kms/providers",
            "{'provider':'" + name + "','type':'NATIVE','constraints':{'tpm_required':false}}")
        .json();
  }

  /** Backs a provider up; answers the file. */
  public byte[] backup(String provider, String password) {
    JsonNode location =
        post("/kms/providers/" + provider + "?action=export", "{'password':'" + password + "'}")
            .json()
            .path("location");
    return download(location).body();
  }

  public Answer download(JsonNode location) {
    return raw(
        request(location.path("url").asText())
            .header(
                "Authorization",
                "Bearer " + location.path("download_token").path("token").asText()));
  }

  /** Asks to restore a provider. */
  public Answer restore(byte[] file, String password, String more) {
    return post(
        "/kms/providers?action=import",
        "{'config':'"
            + Base64.getEncoder().encodeToString(file)
            + "','password':'"
            + password
            + "'"
            + more
            + "}");
  }

  /** Follows a task until it fits; gives up when nothing comes of it for two minutes. */
  public JsonNode awaitTask(String id, Predicate<JsonNode> wanted) {
    JsonNode task = get("/tasks/" + id).json();
    long lastNews = System.nanoTime();
    while (!wanted.test(task)) {
      if (System.nanoTime() - lastNews > Duration.ofMinutes(2).toNanos()) {
        throw new AssertionError("the task stays " + task);
      }
      long version = task.path("version").asLong();
      task = get("/tasks/" + id + "?wait=5&after=" + version).json();
      if (task.path("version").asLong() != version) {
        lastNews = System.nanoTime();
      }
    }
    return task;
  }

  /** Follows a task to its end. */
  public JsonNode awaitEnd(String id) {
    return awaitTask(id, task -> !task.path("state").asText().matches("queued|running"));
  }

  /** Follows a task until it is in a state. */
  public JsonNode awaitState(String id, String state) {
    return awaitTask(id, task -> task.path("state").asText().equals(state));
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
