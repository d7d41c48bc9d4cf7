package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.KmsCalls;
import io.keymoor.cli.client.ManagerClient;
import io.keymoor.crypto.Pem;
import io.keymoor.kms.lab.LabKms;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A KMS of two nodes that share their keys, reached by KMIP over TLS. */
public final class Kms implements AutoCloseable {
  /** The nodes. */
  public static final List<String> NODES = List.of("kms-a", "kms-b");

  private final LabKms nodes;

  private Kms(LabKms nodes) {
    this.nodes = nodes;
  }

  static Kms started(Path directory) {
    LabKms nodes = new LabKms(directory);
    NODES.forEach(nodes::start);
    return new Kms(nodes);
  }

  /** Where a node listens. */
  public String place(String node) {
    return nodes.place(node);
  }

  /** Makes a standard provider of the nodes; neither side trusts the other yet. */
  public JsonNode createProvider(ManagerClient client, String name) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    ArrayNode servers = spec.putArray("servers");
    NODES.forEach(node ->
        servers.add(
            KmsCalls.server(place(node), Optional.empty(), Optional.empty(), Optional.empty())));
    spec.putArray("trusted_fingerprints");
    spec.put("even_unreachable", false);
    return client.kms().create(name, spec);
  }

  /** The manager trusts the servers by the fingerprints that they show; the KMS the manager. */
  public void trustBothWays(ManagerClient client, String name) {
    for (JsonNode server : client.kms().certificates(name).path("servers")) {
      client.kms().trust(name, server.path("fingerprint").asText());
    }
    String certificate = client.kms().identity(name).path("certificate_pem").asText();
    nodes.register("keymoor-manager", Pem.certificate(certificate), Optional.empty());
  }

  /** Stops a node; requests to it are refused from then on. */
  public void stop(String node) {
    nodes.stop(node);
  }

  /** Starts a node that was stopped. */
  public void start(String node) {
    nodes.start(node);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
