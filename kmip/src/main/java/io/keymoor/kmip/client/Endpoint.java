package io.keymoor.kmip.client;

/**
 * Where a server listens.
 *
 * @param host a name or an address
 * @param port a TCP port; KMIP's is {@value #KMIP_PORT}
 */
public record Endpoint(String host, int port) {
  /** The port that IANA registered. */
  public static final int KMIP_PORT = 5696;

  public Endpoint {
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("a server is a host and a port from 1 to 65535");
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
