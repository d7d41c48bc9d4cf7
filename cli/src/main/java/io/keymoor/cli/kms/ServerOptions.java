package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.KmsCalls;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a server is reached. */
final class ServerOptions {
  @Option(
      names = "--weight",
      paramLabel = "N",
      description = "Its share of requests with --order weighted, 1 to 100.")
  private Optional<Integer> weight = Optional.empty();

  @Option(
      names = "--proxy",
      paramLabel = "HOST:PORT",
      description = "An HTTP proxy that connects to it.")
  private Optional<String> proxy = Optional.empty();

  @Option(
      names = "--connect-timeout",
      paramLabel = "SECONDS",
      description = "How long one attempt to connect may take; 5 otherwise.")
  private Optional<Integer> connectTimeout = Optional.empty();

  @Option(
      names = "--even-unreachable",
      description = "Go ahead though a server can't be reached now.")
  private boolean evenUnreachable;

  boolean evenUnreachable() {
    return evenUnreachable;
  }

  ObjectNode server(String place) {
    return KmsCalls.server(place, weight, proxy, connectTimeout);
  }
}
