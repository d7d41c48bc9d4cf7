package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.provider.catalog.ProviderHealth;
import java.util.List;
import java.util.Locale;

/** Clusters and hosts. */
final class EstateRoutes {
  private static final String THEFT =
      "Whoever steals the whole host, its TPM included, can from now on start its encrypted VMs"
          + " without the KMS; with registers chosen (keymoor host seal --pcrs 7) only while it boots"
          + " as it does now.";

  private final Services services;

  EstateRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/clusters", Privilege.VIEW, "cluster", this::clusters),
        Route.of(Method.POST, "/clusters", Privilege.CREATE_CLUSTER, "cluster", this::create),
        Route.of(Method.GET, "/hosts", Privilege.VIEW, "host", this::hosts),
        Route.of(Method.GET, "/hosts/{host}", Privilege.VIEW, "host", this::host),
        Route.of(Method.DELETE, "/hosts/{host}", Privilege.REGISTER_HOST, "host", this::remove),
        Route.action("/hosts/{host}", "move", Privilege.REGISTER_HOST, "host", this::move),
        Route.action("/hosts/{host}", "keep-keys", Privilege.MANAGE_KEYS, "host", this::keepKeys),
        Route.of(Method.GET, "/hosts/{host}/domains", Privilege.VIEW, "host", this::domains));
  }

  private void clusters(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("clusters");
    for (Estate.ClusterView view : services.estate().clusters()) {
      ObjectNode cluster = cluster(view.cluster());
      ProviderJson.texts(cluster.putArray("hosts"), view.hosts());
      view.own()
          .ifPresent(entry ->
              cluster
                  .putObject("default_provider")
                  .put("id", entry.id().toString())
                  .put("name", entry.name().text()));
      list.add(cluster);
    }
    exchange.ok(json);
  }

  private void create(Exchange exchange) {
    String name = exchange.body("name").text("name");
    exchange.json(
        Status.CREATED_201, cluster(services.estate().createCluster(exchange.caller(), name)));
  }

  private static ObjectNode cluster(Cluster cluster) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", cluster.id().toString())
        .put("name", cluster.name());
  }

  private void move(Exchange exchange) {
    services
        .hosts()
        .move(exchange.caller(), exchange.path("host"), exchange.body("cluster").text("cluster"));
    exchange.nothing();
  }

  private void keepKeys(Exchange exchange) {
    boolean keep =
        exchange
            .body("keep")
            .optionalFlag("keep")
            .orElseThrow(() -> Body.invalid("The request lacks the field \"keep\"."));
    services.hosts().keepKeys(exchange.caller(), exchange.path("host"), keep);
    exchange.ok(
        JsonNodeFactory.instance
            .objectNode()
            .put("keeps_keys", keep)
            .put("warning", keep ? THEFT : ""));
  }

  private void remove(Exchange exchange) {
    services.hosts().remove(exchange.caller(), exchange.path("host"), exchange.query("confirm"));
    exchange.nothing();
  }

  private void hosts(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("hosts");
    services.estate().hosts().forEach(view -> list.add(host(view)));
    exchange.ok(json);
  }

  private void host(Exchange exchange) {
    exchange.ok(host(services.estate().host(exchange.path("host"))));
  }

  private static ObjectNode host(Estate.HostView view) {
    Host host = view.host();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", host.id().toString())
            .put("name", host.name())
            .put("cluster", host.clusterName())
            .put("state", view.state())
            .put("encryption_mode", host.condition().encryptionMode().toUpperCase(Locale.ROOT))
            .put("encryption_mode_detail", host.condition().encryptionModeDetail())
            .put("libvirt", host.facts().libvirt())
            .put("qemu", host.facts().hypervisor())
            .put("agent", host.facts().agentVersion())
            .put("hypervisor_state", host.condition().hypervisorState())
            .put("tpm", host.facts().tpm())
            .put("attestation", TpmRoutes.state(host))
            .put("keeps_keys", view.keepsKeys())
            .put("clock_skew_ms", host.facts().clockSkew().toMillis())
            .put("desired_revision", host.condition().desiredRevision())
            .put("vms", view.vms());
    TpmRoutes.detail(host).ifPresent(detail -> json.put("attestation_detail", detail));
    host.tpm().key().ifPresent(key -> json.put("endorsement_key", key));
    host.lastSeen().ifPresent(seen -> json.put("last_seen", seen.toString()));
    view.certificateEnds().ifPresent(ends -> json.put("certificate_expires", ends.toString()));
    host.condition().hostKeyId().ifPresent(key -> json.put("host_key_id", key));
    ArrayNode providers = json.putArray("providers");
    for (int i = 0; i < view.providers().size(); i++) {
      ProviderHealth.OnHost on = view.providers().get(i);
      providers
          .addObject()
          .put("provider", view.providerNames().get(i))
          .put("state", on.presence().name())
          .put("detail", on.detail());
    }
    return json;
  }

  private void domains(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("domains");
    for (InventoryVm known : services.estate().domains(exchange.path("host"))) {
      list.addObject()
          .put("id", known.vm().id().toString())
          .put("name", known.vm().name())
          .put("registered", known.registered())
          .put("power", known.vm().power().toUpperCase(Locale.ROOT));
    }
    exchange.ok(json);
  }
}
