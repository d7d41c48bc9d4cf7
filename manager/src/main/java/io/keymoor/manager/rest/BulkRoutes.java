package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.bulk.Bulks;
import io.keymoor.manager.domain.bulk.ProviderChange;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Work on many objects as one task. */
final class BulkRoutes {
  private final Services services;

  BulkRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.action("/vms", "rekey", Privilege.RECRYPT, "vm", this::rekey),
        Route.of(Method.POST, "/kms/change", Privilege.RECRYPT, "provider", this::change),
        Route.of(Method.GET, "/tasks/{task}/items", Privilege.VIEW, "task", this::items));
  }

  private void rekey(Exchange exchange) {
    Body body = exchange.body("all", "cluster", "vms", "provider", "anew");
    Optional<String> cluster = body.optionalText("cluster");
    List<String> vms = body.texts("vms");
    int ways = (body.flag("all") ? 1 : 0) + (cluster.isPresent() ? 1 : 0) + (vms.isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw Body.invalid("Say which VMs: either \"all\", or a \"cluster\", or a list of \"vms\".");
    }
    accepted(
        exchange,
        services
            .bulks()
            .rekey(
                exchange.caller(),
                new Bulks.Wanted(cluster, vms, body.flag("anew")),
                body.optionalText("provider")));
  }

  private void change(Exchange exchange) {
    Body body = exchange.body("to", "from", "cluster", "set_defaults", "dry_run");
    ProviderChange change =
        new ProviderChange(
            body.text("to"),
            body.optionalText("from"),
            body.optionalText("cluster"),
            body.flag("set_defaults"));
    if (body.flag("dry_run")) {
      exchange.ok(plan(services.bulks().plan(change)));
    } else {
      accepted(exchange, services.bulks().change(exchange.caller(), change));
    }
  }

  private static ObjectNode plan(ProviderChange.Plan plan) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("to", plan.to().name().text())
            .put("vms", plan.vms())
            .put("hosts", plan.hosts())
            .put("clear", plan.clear());
    ProviderJson.texts(json.putArray("defaults"), plan.defaults());
    ArrayNode findings = json.putArray("findings");
    plan.findings()
        .forEach(finding ->
            findings
                .addObject()
                .put("blocks", finding.blocks())
                .put("code", finding.code())
                .put("detail", finding.sentence()));
    return json;
  }

  static void accepted(Exchange exchange, Bulks.Started started) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("task", started.task().toString())
            .put("continued", started.continued());
    exchange.json(Status.ACCEPTED_202, BulkJson.counts(json, started.counts()));
  }

  private void items(Exchange exchange) {
    UUID id = TaskRoutes.id(exchange);
    Optional<BulkItem.State> state = exchange.query("state").map(BulkRoutes::state);
    long after = exchange.number("after", -1);
    int limit = (int) Math.clamp(exchange.number("limit", 100), 1L, 1000L);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("items");
    services.bulks().items(id, state, after, limit).forEach(item -> list.add(BulkJson.item(item)));
    exchange.ok(json);
  }

  private static BulkItem.State state(String text) {
    for (BulkItem.State state : BulkItem.State.values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
        return state;
      }
    }
    throw new Refusal.Invalid(
        "parameter_invalid",
        "There is no state \"" + text + "\". There are: waiting, open, ok, failed, skipped.");
  }
}
