package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.Credential;
import io.keymoor.ttlv.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * What a client needs to know.
 *
 * @param servers servers of one cluster: an object made on one is readable on the others
 * @param tls the client's key and the certificates it trusts
 * @param verifyHostName whether a server's certificate must name its host; off only where the
 *     trusted certificates are the servers' own
 * @param versions versions to agree on, the most wanted first; with only one, that one is spoken
 *     without asking
 * @param credentials user and password, where the server wants them beside the certificate
 * @param deadline how long a call may take, all attempts together
 * @param connectTimeout how long one attempt to reach a server may take
 * @param idleExpiry how long an unused connection is kept; servers close them too
 * @param firstBackOff how long a server is left alone after a failure; doubled with each
 * @param longestBackOff the most it is doubled to
 * @param limits what an answer may make this process allocate
 * @param order which server a call begins with
 * @param options how single servers are reached, where not plainly
 */
public record ClientSettings(
    List<Endpoint> servers,
    SSLContext tls,
    boolean verifyHostName,
    List<ProtocolVersion> versions,
    List<Credential> credentials,
    Duration deadline,
    Duration connectTimeout,
    Duration idleExpiry,
    Duration firstBackOff,
    Duration longestBackOff,
    Limits limits,
    ServerOptions.Order order,
    Map<Endpoint, ServerOptions> options) {
  public ClientSettings {
    servers = List.copyOf(servers);
    options = Map.copyOf(options);
    versions = List.copyOf(versions);
    credentials = List.copyOf(credentials);
    if (servers.isEmpty() || versions.isEmpty()) {
      throw new IllegalArgumentException("a client needs a server and a version");
    }
  }

  /** All versions, 30 s a call, 5 s a connection, 60 s idle, back-off from 1 s to 60 s. */
  public static ClientSettings of(List<Endpoint> servers, SSLContext tls) {
    return new ClientSettings(
        servers,
        tls,
        true,
        ProtocolVersion.SUPPORTED,
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Limits.DEFAULT,
        ServerOptions.Order.ROUND_ROBIN,
        Map.of());
  }

  /** The same with other versions. */
  public ClientSettings withVersions(ProtocolVersion... wanted) {
    return new ClientSettings(
        servers,
        tls,
        verifyHostName,
        List.of(wanted),
        credentials,
        deadline,
        connectTimeout,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        order,
        options);
  }

  /** The same with credentials. */
  public ClientSettings withCredentials(Credential... added) {
    return new ClientSettings(
        servers,
        tls,
        verifyHostName,
        versions,
        List.of(added),
        deadline,
        connectTimeout,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        order,
        options);
  }

  /** The same with another deadline for calls and connections. */
  public ClientSettings withDeadline(Duration call, Duration connect) {
    return new ClientSettings(
        servers,
        tls,
        verifyHostName,
        versions,
        credentials,
        call,
        connect,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        order,
        options);
  }

  /** The same without looking for the host's name in the certificate. */
  public ClientSettings withoutHostNames() {
    return new ClientSettings(
        servers,
        tls,
        false,
        versions,
        credentials,
        deadline,
        connectTimeout,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        order,
        options);
  }

  /** The same servers in another order, with options for some of them. */
  public ClientSettings withServers(
      ServerOptions.Order wanted, Map<Endpoint, ServerOptions> howReached) {
    return new ClientSettings(
        servers,
        tls,
        verifyHostName,
        versions,
        credentials,
        deadline,
        connectTimeout,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        wanted,
        howReached);
  }

  /** The same for one server alone. */
  public ClientSettings only(Endpoint server) {
    return new ClientSettings(
        List.of(server),
        tls,
        verifyHostName,
        versions,
        credentials,
        deadline,
        connectTimeout,
        idleExpiry,
        firstBackOff,
        longestBackOff,
        limits,
        order,
        options);
  }

  /** How a server is reached. */
  public ServerOptions options(Endpoint server) {
    return options.getOrDefault(server, ServerOptions.PLAIN);
  }
}
