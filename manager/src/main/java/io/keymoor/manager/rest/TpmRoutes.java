package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.TpmAuthority;
import io.keymoor.manager.domain.model.TpmStanding;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whose TPMs are trusted. */
final class TpmRoutes {
  private static final String ALL = "/tpm-authorities";
  private static final String HOST = "/hosts/{host}";

  private final Services services;

  TpmRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    Privilege keys = Privilege.MANAGE_KEYS;
    return List.of(
        Route.of(Method.GET, ALL, Privilege.VIEW, "tpm_authority", this::list),
        Route.of(Method.POST, ALL, keys, "tpm_authority", this::add),
        Route.of(Method.DELETE, ALL + "/{authority}", keys, "tpm_authority", this::remove),
        Route.action(HOST, "attest", Privilege.REGISTER_HOST, "host", this::ask),
        Route.action(HOST, "approve-tpm", keys, "host", this::approve),
        Route.action(HOST, "withdraw-tpm", keys, "host", this::withdraw));
  }

  private void list(Exchange exchange) {
    exchange.ok(json(services.tpms().authorities()));
  }

  private void add(Exchange exchange) {
    String base64 = exchange.body("certificate").text("certificate");
    exchange.json(
        Status.CREATED_201, json(services.tpms().add(exchange.caller(), decoded(base64))));
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException none) {
      throw Body.invalid("The field \"certificate\" is not base64.");
    }
  }

  private static ObjectNode json(List<TpmAuthority> authorities) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("authorities");
    for (TpmAuthority authority : authorities) {
      list.addObject()
          .put("fingerprint", authority.fingerprint())
          .put("subject", authority.subject())
          .put("ends", authority.ends().toString());
    }
    return json;
  }

  private void remove(Exchange exchange) {
    services.tpms().remove(exchange.caller(), exchange.path("authority"), forced(exchange));
    exchange.nothing();
  }

  private static boolean forced(Exchange exchange) {
    return exchange.query("force").filter("true"::equals).isPresent();
  }

  private void ask(Exchange exchange) {
    services.tpms().ask(exchange.caller(), exchange.path("host"));
    exchange.nothing();
  }

  private void approve(Exchange exchange) {
    services
        .tpms()
        .approve(
            exchange.caller(),
            exchange.path("host"),
            exchange.body("fingerprint").text("fingerprint"));
    exchange.nothing();
  }

  private void withdraw(Exchange exchange) {
    services.tpms().withdraw(exchange.caller(), exchange.path("host"), forced(exchange));
    exchange.nothing();
  }

  /** What is thought of a host's TPM, in a word. */
  static String state(Host host) {
    if (!host.facts().tpm()) {
      return "NO_TPM";
    }
    if (host.tpm().stands()) {
      return "ATTESTED";
    }
    return host.tpm().key().isPresent() ? "NOT_TRUSTED" : "NOT_ATTESTED";
  }

  /** In more words; absent when there is no TPM. */
  static Optional<String> detail(Host host) {
    if (!host.facts().tpm()) {
      return Optional.empty();
    }
    TpmStanding tpm = host.tpm();
    if (tpm.stands()) {
      return tpm.trustedBy()
          .map(by ->
              by.equals(TpmStanding.APPROVAL)
                  ? "an administrator approved its endorsement key"
                  : "its maker's authority is trusted: " + by);
    }
    return Optional.of(
        (tpm.trouble().isEmpty() ? "" : tpm.trouble() + " ") + tpm.remedy(host.name()));
  }
}
