package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.manager.domain.JoinTokens;
import io.keymoor.manager.domain.model.JoinTicket;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.protocol.JoinToken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tokens with which hosts join. */
final class JoinTokenRoutes {
  private static final long USUAL_SECONDS = Duration.ofHours(1).toSeconds();

  private final Services services;

  JoinTokenRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/host-tokens", Privilege.REGISTER_HOST, "host", this::list),
        Route.of(Method.POST, "/host-tokens", Privilege.REGISTER_HOST, "host", this::create),
        Route.of(
            Method.DELETE, "/host-tokens/{token}", Privilege.REGISTER_HOST, "host", this::revoke));
  }

  private void create(Exchange exchange) {
    Body body = exchange.body("cluster", "host", "reinstalled", "valid_seconds");
    JoinToken token =
        JoinToken.random(
            CertificateAuthority.fingerprint(services.issuer().authority().certificate()),
            services.random());
    JoinTicket ticket =
        services
            .joinTokens()
            .create(
                exchange.caller(),
                wish(body),
                JoinToken.hash(token.secret()),
                Duration.ofSeconds(body.optionalNumber("valid_seconds").orElse(USUAL_SECONDS)));
    exchange.json(
        Status.CREATED_201,
        JsonNodeFactory.instance
            .objectNode()
            .put("id", ticket.id().toString())
            .put("token", token.text())
            .put("expires", ticket.expires().toString())
            .put("manager_url", services.issuer().managerUrl())
            .put("authority_fingerprint", token.authority()));
  }

  private static JoinTokens.Wish wish(Body body) {
    Optional<String> cluster = body.optionalText("cluster");
    Optional<String> host = body.optionalText("host");
    if (cluster.isPresent() == host.isPresent()) {
      throw Body.invalid(
          "A join token is for a new host of a \"cluster\" or for a \"host\" that exists: name one"
              + " of the two.");
    }
    return cluster
        .<JoinTokens.Wish>map(JoinTokens.Wish.NewHost::new)
        .orElseGet(
            () -> new JoinTokens.Wish.KnownHost(host.orElseThrow(), body.flag("reinstalled")));
  }

  private void list(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("tokens");
    for (JoinTokens.View view : services.joinTokens().list()) {
      JoinTicket ticket = view.ticket();
      ObjectNode entry =
          list.addObject()
              .put("id", ticket.id().toString())
              .put("for", view.target())
              .put("created_by", ticket.createdBy())
              .put("created", ticket.created().toString())
              .put("expires", ticket.expires().toString());
      ticket
          .use()
          .ifPresent(use -> entry.put("used", use.at().toString()).put("used_by", use.hostName()));
    }
    exchange.ok(json);
  }

  private void revoke(Exchange exchange) {
    services.joinTokens().revoke(exchange.caller(), exchange.path("token"));
    exchange.nothing();
  }
}
