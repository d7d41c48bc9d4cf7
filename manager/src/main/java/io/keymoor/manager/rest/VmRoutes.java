package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.VmOperations;
import io.keymoor.manager.domain.Vms;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Rewriting;
import io.keymoor.manager.domain.model.Vm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Virtual machines and work on them. */
final class VmRoutes {
  private static final String ALL = "/vms";
  private static final String ONE = "/vms/{vm}";

  private final Services services;
  private final VmOperations operations;

  VmRoutes(Services services) {
    this.services = services;
    this.operations = services.operations();
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, ALL, Privilege.VIEW, "vm", this::list),
        Route.of(Method.POST, ALL, Privilege.ADD_VM, "vm", this::register),
        Route.action(ALL, "register-all", Privilege.ADD_VM, "host", this::registerAll),
        Route.of(Method.GET, ONE, Privilege.VIEW, "vm", this::show),
        Route.of(Method.DELETE, ONE, Privilege.REMOVE_VM, "vm", this::unregister),
        Route.action(ONE, "template", Privilege.ADD_VM, "vm", this::template),
        Route.action(ONE, "encrypt", Privilege.ENCRYPT, "vm", this::encrypt),
        Route.action(ONE, "decrypt", Privilege.DECRYPT, "vm", this::decrypt),
        Route.action(ONE, "rekey", Privilege.RECRYPT, "vm", this::rekey),
        Route.action(ONE, "start", Privilege.POWER, "vm", this::start),
        Route.action(ONE, "stop", Privilege.POWER, "vm", this::stop),
        Route.action(ONE, "unlock", Privilege.REGISTER_VM, "vm", this::unlock),
        Route.action(ONE, "tpm-add", Privilege.ENCRYPT, "vm", this::addTpm),
        Route.action(ONE, "tpm-remove", Privilege.DECRYPT, "vm", this::removeTpm));
  }

  private void list(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("vms");
    services.vms().list().forEach(view -> list.add(vm(view)));
    exchange.ok(json);
  }

  private void show(Exchange exchange) {
    Vms.VmView view = services.vms().show(exchange.path("vm"));
    ObjectNode json = vm(view);
    ArrayNode history = json.putArray("history");
    for (AuditEvent event : view.history()) {
      history
          .addObject()
          .put("at", event.at().toString())
          .put("action", event.action().replaceFirst("^vm\\.", ""))
          .put("result", event.result())
          .put("actor", event.actor());
    }
    exchange.ok(json);
  }

  private void register(Exchange exchange) {
    Body body = exchange.body("host", "domain", "template");
    exchange.json(
        Status.CREATED_201,
        vm(
            services
                .vms()
                .register(
                    exchange.caller(),
                    body.text("host"),
                    body.text("domain"),
                    body.flag("template"))));
  }

  private void template(Exchange exchange) {
    boolean template = exchange.body("template").flag("template");
    exchange.ok(vm(services.vms().template(exchange.caller(), exchange.path("vm"), template)));
  }

  private void registerAll(Exchange exchange) {
    String host = exchange.body("host").text("host");
    exchange.ok(
        JsonNodeFactory.instance
            .objectNode()
            .put("registered", services.vms().registerAll(exchange.caller(), host)));
  }

  private void unregister(Exchange exchange) {
    services.vms().unregister(exchange.caller(), exchange.path("vm"));
    exchange.nothing();
  }

  private void encrypt(Exchange exchange) {
    Body body = exchange.body("provider", "parts", "way", "bytes_per_second");
    accepted(
        exchange,
        operations.encrypt(
            exchange.caller(),
            exchange.path("vm"),
            body.optionalText("provider"),
            body.texts("parts"),
            how(body)));
  }

  private void decrypt(Exchange exchange) {
    Body body = exchange.body("parts", "way", "bytes_per_second");
    accepted(
        exchange,
        operations.decrypt(exchange.caller(), exchange.path("vm"), body.texts("parts"), how(body)));
  }

  private void rekey(Exchange exchange) {
    Body body = exchange.body("provider", "deep", "way", "bytes_per_second");
    Rewriting how = how(body);
    if (!body.flag("deep") && !how.equals(Rewriting.CHOSEN)) {
      throw Body.invalid("A way and a rate are for a deep rekey; a shallow one writes no data.");
    }
    Optional<String> provider = body.optionalText("provider");
    accepted(
        exchange,
        body.flag("deep")
            ? operations.rekeyDeeply(exchange.caller(), exchange.path("vm"), provider, how)
            : operations.rekey(exchange.caller(), exchange.path("vm"), provider));
  }

  private static Rewriting how(Body body) {
    return Rewriting.of(
        body.optionalText("way"), body.optionalNumber("bytes_per_second").orElse(0));
  }

  private void start(Exchange exchange) {
    exchange.body();
    accepted(exchange, operations.start(exchange.caller(), exchange.path("vm")));
  }

  private void stop(Exchange exchange) {
    boolean force = exchange.body("force").flag("force");
    accepted(exchange, operations.stop(exchange.caller(), exchange.path("vm"), force));
  }

  private void unlock(Exchange exchange) {
    boolean older = exchange.body("accept_older_record").flag("accept_older_record");
    accepted(exchange, operations.unlock(exchange.caller(), exchange.path("vm"), older));
  }

  private void addTpm(Exchange exchange) {
    Body body = exchange.body("provider");
    accepted(
        exchange,
        operations.addTpm(exchange.caller(), exchange.path("vm"), body.optionalText("provider")));
  }

  private void removeTpm(Exchange exchange) {
    exchange.body();
    accepted(exchange, operations.removeTpm(exchange.caller(), exchange.path("vm")));
  }

  private static void accepted(Exchange exchange, UUID task) {
    exchange.json(
        Status.ACCEPTED_202, JsonNodeFactory.instance.objectNode().put("task", task.toString()));
  }

  private static ObjectNode vm(Vms.VmView view) {
    Vm vm = view.vm().vm();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", vm.id().toString())
            .put("name", vm.name())
            .put("host", view.vm().hostName())
            .put("present", view.vm().present())
            .put("template", view.vm().template())
            .put("power", vm.power().toUpperCase(Locale.ROOT))
            .put("encryption", vm.encryption())
            .put("crypto_state", vm.lockedReason().isPresent() ? "locked" : "unlocked")
            .put("vtpm", vm.vtpm())
            .put("generation", vm.generation());
    vm.lockedReason().ifPresent(reason -> json.put("locked_reason", reason));
    ArrayNode parts = json.putArray("parts");
    vm.parts().forEach(part -> parts.add(part(part, view.providerNames())));
    return json;
  }

  private static ObjectNode part(PartState part, Map<UUID, String> names) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("part", part.part())
            .put("encrypted", part.encrypted())
            .put("size_bytes", part.sizeBytes())
            .put("note", part.note());
    part.provider()
        .ifPresent(id -> {
          // The record's name is what it was called then; the manager knows better.
          String recorded = part.providerName().orElse(id.toString());
          json.putObject("provider")
              .put("id", id.toString())
              .put("name", names.getOrDefault(id, recorded))
              .put("known", names.containsKey(id));
        });
    part.keyId().ifPresent(key -> json.put("key_id", key));
    part.image().ifPresent(image -> json.put("image", image));
    part.format().ifPresent(format -> json.put("format", format));
    return json;
  }
}
