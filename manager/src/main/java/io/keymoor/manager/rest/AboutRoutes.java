package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.model.Privilege;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** What this is. */
final class AboutRoutes {
  private final Services services;

  AboutRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/about", Privilege.VIEW, "manager", this::about),
        Route.of(Method.GET, "/openapi.yaml", Privilege.VIEW, "manager", this::contract));
  }

  private void about(Exchange exchange) {
    exchange.ok(
        JsonNodeFactory.instance
            .objectNode()
            .put("product", "Keymoor manager")
            .put("version", services.version())
            .put("instance", services.settings().managerId().toString())
            .put("status", "ok"));
  }

  private void contract(Exchange exchange) {
    try (InputStream in =
        Objects.requireNonNull(AboutRoutes.class.getResourceAsStream("openapi.yaml"))) {
      exchange
          .response()
          .status(Status.OK_200)
          .header(HeaderNames.CONTENT_TYPE, "application/yaml")
          .send(in.readAllBytes());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
