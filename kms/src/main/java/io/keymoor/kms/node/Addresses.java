package io.keymoor.kms.node;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Addresses as people write them: {@code host:port}, IPv6 in brackets. */
public final class Addresses {
  private Addresses() {}

  /** The address in a text. */
  public static Optional<InetSocketAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = colon < 1 ? "" : text.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return Optional.of(new InetSocketAddress(host, Integer.parseInt(port)));
  }
}
