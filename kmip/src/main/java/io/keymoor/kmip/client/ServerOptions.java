package io.keymoor.kmip.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How one server is reached.
 *
 * @param weight its share of calls where servers are tried by weight; 1 to 100
 * @param proxy an HTTP proxy that is asked to CONNECT (RFC 9110 section 9.3.6) to the server; it
 *     also looks the server's name up
 * @param connectTimeout how long one attempt to reach it may take, instead of what holds for all
 */
public record ServerOptions(
    int weight, Optional<Endpoint> proxy, Optional<Duration> connectTimeout) {
  /** Directly, a share like any other, the time that holds for all. */
  public static final ServerOptions PLAIN =
      new ServerOptions(1, Optional.empty(), Optional.empty());

  public ServerOptions {
    if (weight < 1 || weight > 100) {
      throw new IllegalArgumentException("a weight is a number from 1 to 100");
    }
  }

  /** Which server a call begins with; those that failed lately come last in any case. */
  public enum Order {
    /** Another one each time. */
    ROUND_ROBIN,
    /** Another one each time, in proportion to the weights. */
    WEIGHTED,
    /** The one that answered fastest of late. */
    LATENCY
  }
}
