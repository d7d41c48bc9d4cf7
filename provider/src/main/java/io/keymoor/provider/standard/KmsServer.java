package io.keymoor.provider.standard;

import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.ServerOptions;
import io.keymoor.provider.ProviderException;
import java.time.Duration;
import java.util.Optional;

/**
 * One server of a KMS (S1, S3).
 *
 * @param host a name or an address
 * @param port its port; KMIP's is 5696
 * @param weight its share of requests where servers are tried by weight; 1 to 100
 * @param proxy an HTTP proxy that connects to it
 * @param connectTimeout how long one attempt to connect may take; 5 s when absent
 */
public record KmsServer(
    String host, int port, int weight, Optional<Address> proxy, Optional<Duration> connectTimeout) {
  /** KMIP's port. */
  public static final int DEFAULT_PORT = Endpoint.KMIP_PORT;

  /** The port of a proxy that was named without one. */
  private static final int PROXY_PORT = 3128;

  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** A host and a port. */
  public record Address(String host, int port) {
    public Address {
      requirePlace(host, port);
    }

    @Override
    public String toString() {
      return new Endpoint(host, port).toString();
    }
  }

  public KmsServer {
    requirePlace(host, port);
    if (weight < 1 || weight > 100) {
      throw invalid("A server's weight is a number from 1 to 100, not " + weight);
    }
    if (connectTimeout.filter(time -> time.isNegative() || time.isZero()).isPresent()
        || connectTimeout.filter(time -> time.compareTo(LONGEST) > 0).isPresent()) {
      throw invalid("A server's time to connect is more than nothing and at most 2 minutes");
    }
  }

  /** A server at {@code host[:port]}; an IPv6 address with a port stands in brackets. */
  public static KmsServer at(String place) {
    Address address = address(place, DEFAULT_PORT);
    return new KmsServer(address.host(), address.port(), 1, Optional.empty(), Optional.empty());
  }

  /** A proxy at {@code host[:port]}. */
  public static Address proxyAt(String place) {
    return address(place, PROXY_PORT);
  }

  private static Address address(String place, int otherwise) {
    String text = place.strip();
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    boolean plainIpv6 = !bracketed && text.indexOf(':') != colon;
    if (colon < 0 || plainIpv6 || (bracketed && text.endsWith("]"))) {
      return new Address(withoutBrackets(text), otherwise);
    }
    try {
      return new Address(
          withoutBrackets(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException notOne) {
      throw invalid("\"" + place + "\" is no host:port: what follows the colon is no port");
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static void requirePlace(String host, int port) {
    if (!host.matches("[A-Za-z0-9._:%-]{1,253}") || port < 1 || port > 65535) {
      throw invalid("\"" + host + ":" + port + "\" is no server: it takes a host and a port");
    }
  }

  private static ProviderException invalid(String what) {
    return new ProviderException.KmsNotUsable(what + ". Nothing was changed.");
  }

  Endpoint endpoint() {
    return new Endpoint(host, port);
  }

  ServerOptions options() {
    return new ServerOptions(
        weight, proxy.map(it -> new Endpoint(it.host(), it.port())), connectTimeout);
  }

  /** What people call it: host and port. */
  public String name() {
    return endpoint().toString();
  }
}
