package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.overview.Alarm;
import io.keymoor.manager.domain.overview.KeyUse;
import io.keymoor.manager.domain.overview.TheftReport;
import java.util.List;
import java.util.Locale;

/** Who uses which key, and what is wrong. */
final class OverviewRoutes {
  private final Services services;

  OverviewRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/kms/audit", Privilege.READ_KEY_SERVERS, "provider", this::keyUses),
        Route.of(Method.GET, "/alarms", Privilege.VIEW, "alarm", this::alarms),
        Route.of(
            Method.GET, "/hosts/{host}/theft", Privilege.READ_KEY_SERVERS, "host", this::theft));
  }

  private void keyUses(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("objects");
    services.overviews().keyUses().forEach(use -> list.add(keyUse(use)));
    exchange.ok(json);
  }

  private static ObjectNode keyUse(KeyUse use) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("object", TaskRoutes.object(use.object()));
    json.put("host", use.host())
        .put("cluster", use.cluster())
        .put("registered", use.registered())
        .put("template", use.template())
        .put("kind", use.kind())
        .put("mixed", use.mixed())
        .put("missing", use.missing())
        .put("locked", use.lockedReason().isPresent());
    use.lockedReason().ifPresent(reason -> json.put("locked_reason", reason));
    ArrayNode keys = json.putArray("keys");
    for (KeyUse.Key key : use.keys()) {
      ObjectNode one = keys.addObject();
      one.putObject("provider")
          .put("id", key.providerId())
          .put("name", key.provider())
          .put("known", key.known());
      one.put("key_id", key.keyId());
      ProviderJson.texts(one.putArray("parts"), key.parts());
    }
    return json;
  }

  private void theft(Exchange exchange) {
    TheftReport report = services.theft().of(exchange.path("host"));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("host", TaskRoutes.object(report.host()));
    ArrayNode list = json.putArray("findings");
    for (TheftReport.Finding finding : report.findings()) {
      ObjectNode one =
          list.addObject()
              .put("subject", finding.subject())
              .put("exposure", finding.exposure().name().toLowerCase(Locale.ROOT));
      ProviderJson.texts(one.putArray("vms"), finding.vms());
      one.put("reason", finding.reason()).put("remedy", finding.remedy());
    }
    exchange.ok(json);
  }

  private void alarms(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("alarms");
    for (Alarm alarm : services.overviews().alarms()) {
      ObjectNode one =
          list.addObject()
              .put("severity", alarm.severity().name().toLowerCase(Locale.ROOT))
              .put("code", alarm.code());
      one.set("object", TaskRoutes.object(alarm.object()));
      one.put("detail", alarm.sentence());
    }
    exchange.ok(json);
  }
}
