package io.keymoor.kmip.client;

/** The layer at which a server is out of reach; each asks for another person to be called. */
public enum Layer {
  /** The name has no address. */
  DNS,
  /** No connection: the host is down, the port closed, or a firewall is between. */
  TCP,
  /** No common TLS version or cipher, or no TLS at all. */
  TLS,
  /** The server's certificate is not trusted, or is another host's. */
  TRUST,
  /** The server doesn't accept this client's certificate or credentials. */
  AUTHENTICATION,
  /** The server doesn't answer as KMIP says. */
  KMIP
}
