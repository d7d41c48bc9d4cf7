package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.Users;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Role;
import java.util.List;

/** Administrators and their roles. */
final class UserRoutes {
  private static final String ALL = "/users";
  private static final String ONE = "/users/{user}";

  private final Services services;

  UserRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    Privilege manage = Privilege.MANAGE_USERS;
    return List.of(
        Route.of(Method.GET, ALL, manage, "user", this::list),
        Route.of(Method.POST, ALL, manage, "user", this::add),
        Route.of(Method.DELETE, ONE, manage, "user", this::remove),
        Route.action(ONE, "certificate", manage, "user", this::certificate),
        Route.action(ONE, "role", manage, "user", this::role));
  }

  private void list(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode users = json.putArray("users");
    for (Users.User user : services.users().list()) {
      ProviderJson.texts(
          users.addObject().put("name", user.name()).putArray("roles"),
          user.roles().stream().sorted().toList());
    }
    ArrayNode roles = json.putArray("roles");
    for (Role role : services.users().roles()) {
      ProviderJson.texts(
          roles.addObject().put("name", role.name()).putArray("privileges"),
          role.privileges().stream().map(Privilege::text).sorted().toList());
    }
    exchange.ok(json);
  }

  private void add(Exchange exchange) {
    Body body = exchange.body("name", "role", "csr_pem");
    exchange.json(
        Status.CREATED_201,
        grant(
            services
                .users()
                .add(
                    exchange.caller(),
                    body.text("name"),
                    body.text("role"),
                    body.text("csr_pem"))));
  }

  private void certificate(Exchange exchange) {
    exchange.ok(
        grant(
            services
                .users()
                .certificate(
                    exchange.caller(),
                    exchange.path("user"),
                    exchange.body("csr_pem").text("csr_pem"))));
  }

  private void role(Exchange exchange) {
    services
        .users()
        .role(exchange.caller(), exchange.path("user"), exchange.body("role").text("role"));
    exchange.nothing();
  }

  private void remove(Exchange exchange) {
    services.users().remove(exchange.caller(), exchange.path("user"));
    exchange.nothing();
  }

  private static ObjectNode grant(Users.Grant grant) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", grant.name())
        .put("url", grant.managerUrl())
        .put("ca_pem", grant.caPem())
        .put("certificate_pem", grant.certificatePem());
  }
}
