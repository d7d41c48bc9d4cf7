package io.keymoor.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Calls about many objects at once. Every method throws {@link ClientFailure}. Thread-safe. */
public final class BulkClient {
  private final Transport transport;

  BulkClient(Transport transport) {
    this.transport = transport;
  }

  /**
   * Which VMs.
   *
   * @param cluster all of this cluster
   * @param vms these; none and no cluster means all
   */
  public record Which(Optional<String> cluster, List<String> vms) {
    public Which {
      vms = List.copyOf(vms);
    }
  }

  /** Shallow rekey as one task; the answer says whether an earlier one goes on. */
  public JsonNode rekey(Which which, Optional<String> provider, boolean anew) {
    ObjectNode body = object();
    if (!which.vms().isEmpty()) {
      which.vms().forEach(body.putArray("vms")::add);
    } else if (which.cluster().isPresent()) {
      body.put("cluster", which.cluster().get());
    } else {
      body.put("all", true);
    }
    provider.ifPresent(name -> body.put("provider", name));
    if (anew) {
      body.put("anew", true);
    }
    return post("/vms?action=rekey", body);
  }

  /** Registers every domain of a host that is not; the answer says how many. */
  public JsonNode registerAll(String host) {
    return post("/vms?action=register-all", object().put("host", host));
  }

  /**
   * A move to another provider.
   *
   * @param to the provider everything goes to
   * @param from only what is under this one
   * @param cluster only what is in this cluster
   * @param setDefaults whether defaults go to it too
   */
  public record Change(
      String to, Optional<String> from, Optional<String> cluster, boolean setDefaults) {}

  /** Begins a move, or in a dry run only says what it would do. */
  public JsonNode change(Change change, boolean dryRun) {
    ObjectNode body = object().put("to", change.to());
    change.from().ifPresent(name -> body.put("from", name));
    change.cluster().ifPresent(name -> body.put("cluster", name));
    body.put("set_defaults", change.setDefaults()).put("dry_run", dryRun);
    return post("/kms/change", body);
  }

  /** The objects of a task, after a position. */
  public JsonNode items(String task, Optional<String> state, long after, int limit) {
    String filter = state.map(word -> "&state=" + encoded(word)).orElse("");
    return get("/tasks/" + encoded(task) + "/items?after=" + after + "&limit=" + limit + filter);
  }

  /** Every VM and host with the keys it needs. */
  public JsonNode providerAudit() {
    return get("/kms/audit");
  }

  /** What is wrong now. */
  public JsonNode alarms() {
    return get("/alarms");
  }

  /** What somebody could read who steals a host. */
  public JsonNode theft(String host) {
    return get("/hosts/" + encoded(host) + "/theft");
  }

  private JsonNode get(String path) {
    return transport.exchange("GET", path, new byte[0]);
  }

  private JsonNode post(String path, JsonNode body) {
    try {
      return transport.exchange("POST", path, Transport.MAPPER.writeValueAsBytes(body));
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
