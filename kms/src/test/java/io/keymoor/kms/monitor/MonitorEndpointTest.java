package io.keymoor.kms.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MonitorEndpointTest {
  @Test
  void metricsAndHealthAreServedAsPrometheusAndPeopleReadThem() throws Exception {
    Metrics metrics = new Metrics();
    metrics.counter("requests_total", "Requests.", "operation=\"Get\"").increment();
    metrics.times("request_seconds", "Times.", "").record(700_000);
    metrics.gauge("connections", "Open.", () -> 3);
    AtomicBoolean well = new AtomicBoolean(true);
    try (MonitorEndpoint endpoint =
            MonitorEndpoint.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                metrics,
                () -> new MonitorEndpoint.Health(well.get(), well.get() ? "ok" : "no database"));
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(get(client, endpoint, "/metrics").body())
          .contains("# HELP requests_total Requests.\n# TYPE requests_total counter\n")
          .contains("requests_total{operation=\"Get\"} 1\n")
          .contains("connections 3.0\n")
          .contains("request_seconds_bucket{le=\"5.0E-4\"} 0\n")
          .contains("request_seconds_bucket{le=\"0.001\"} 1\n")
          .contains("request_seconds_bucket{le=\"+Inf\"} 1\n")
          .contains("request_seconds_count 1\n");
      assertThat(get(client, endpoint, "/health").statusCode()).isEqualTo(200);
      well.set(false);
      HttpResponse<String> ill = get(client, endpoint, "/health");
      assertThat(ill.statusCode()).isEqualTo(503);
      assertThat(ill.body()).isEqualTo("no database\n");
    }
  }

  private static HttpResponse<String> get(HttpClient client, MonitorEndpoint endpoint, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
