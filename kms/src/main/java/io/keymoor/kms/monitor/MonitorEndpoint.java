package io.keymoor.kms.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} and {@code /health} over HTTP, meant for the loopback address: nothing in either
 * is secret, and nothing can be changed. Thread-safe.
 */
public final class MonitorEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private MonitorEndpoint(HttpServer server) {
    this.server = server;
  }

  /**
   * What is healthy.
   *
   * @param ok whether this node can serve
   * @param sentence why, or why not
   */
  public record Health(boolean ok, String sentence) {}

  /**
   * Listens.
   *
   * @throws IOException when the address is taken
   */
  public static MonitorEndpoint start(
      InetSocketAddress address, Metrics metrics, Supplier<Health> health) throws IOException {
    MonitorEndpoint endpoint = new MonitorEndpoint(HttpServer.create(address, 64));
    endpoint.server.setExecutor(endpoint.threads);
    endpoint.server.createContext(
        "/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4", metrics.text()));
    endpoint.server.createContext(
        "/health",
        exchange -> {
          Health now = health.get();
          answer(exchange, now.ok() ? 200 : 503, "text/plain", now.sentence() + "\n");
        });
    endpoint.server.start();
    return endpoint;
  }

  /** The address it listens on. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
