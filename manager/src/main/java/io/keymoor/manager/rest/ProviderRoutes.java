package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.Downloads;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.ProviderView;
import io.keymoor.manager.domain.model.Privilege;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Key providers. */
final class ProviderRoutes {
  private static final String ALL = "/kms/providers";
  private static final String ONE = "/kms/providers/{provider}";

  private final Services services;

  ProviderRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    Privilege read = Privilege.READ_KEY_SERVERS;
    Privilege manage = Privilege.MANAGE_KEY_SERVERS;
    return List.of(
        Route.of(Method.GET, ALL, read, "provider", this::list),
        Route.of(Method.POST, ALL, manage, "provider", this::create),
        Route.action(ALL, "import", Privilege.MANAGE_KEYS, "provider", this::restore),
        Route.of(Method.GET, ONE, read, "provider", this::show),
        Route.of(Method.PATCH, ONE, manage, "provider", this::change),
        Route.of(Method.DELETE, ONE, manage, "provider", this::delete),
        Route.action(ONE, "export", Privilege.MANAGE_KEYS, "provider", this::export),
        Route.of(Method.GET, ONE + "/usage", read, "provider", this::usage),
        Route.of(
            Method.GET,
            "/kms/downloads/{download}",
            Privilege.MANAGE_KEYS,
            "download",
            this::download),
        Route.of(Method.PUT, "/kms/default", manage, "provider", this::setDefault),
        Route.of(Method.DELETE, "/kms/default", manage, "provider", this::clearDefault));
  }

  private void list(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var list = json.putArray("providers");
    services.providers().list().forEach(view -> list.add(ProviderJson.provider(view)));
    exchange.ok(json);
  }

  private void create(Exchange exchange) {
    Body body = exchange.body("provider", "type", "constraints", "native_spec", "standard_spec");
    ProviderView made =
        switch (body.text("type")) {
          case "NATIVE" -> {
            body.object("native_spec");
            boolean tpm = body.object("constraints", "tpm_required").flag("tpm_required");
            yield services.providers().createNative(exchange.caller(), body.text("provider"), tpm);
          }
          case "STANDARD" ->
              services.kms().providers().create(exchange.caller(), KmsRoutes.wish(body));
          default -> throw Body.invalid("A provider's type is NATIVE or STANDARD.");
        };
    exchange.json(Status.CREATED_201, ProviderJson.provider(made));
  }

  private void show(Exchange exchange) {
    exchange.ok(ProviderJson.provider(services.providers().show(exchange.path("provider"))));
  }

  private void change(Exchange exchange) {
    Body body = exchange.body("provider", "constraints");
    Optional<Boolean> tpm = body.object("constraints", "tpm_required").optionalFlag("tpm_required");
    exchange.ok(
        ProviderJson.provider(
            services
                .providers()
                .change(
                    exchange.caller(),
                    exchange.path("provider"),
                    body.optionalText("provider"),
                    tpm)));
  }

  private void delete(Exchange exchange) {
    services
        .providers()
        .delete(exchange.caller(), exchange.path("provider"), exchange.query("confirm"));
    exchange.nothing();
  }

  private void usage(Exchange exchange) {
    exchange.ok(ProviderJson.usage(services.providers().usage(exchange.path("provider"))));
  }

  private void setDefault(Exchange exchange) {
    Body body = exchange.body("provider", "cluster");
    services
        .providers()
        .setDefault(exchange.caller(), body.text("provider"), body.optionalText("cluster"));
    exchange.nothing();
  }

  private void clearDefault(Exchange exchange) {
    services.providers().clearDefault(exchange.caller(), exchange.query("cluster"));
    exchange.nothing();
  }

  private void export(Exchange exchange) {
    try (SecretBody body = SecretBody.parse(exchange.bytes())) {
      Downloads.Offer offer =
          services.backups().export(exchange.caller(), exchange.path("provider"), body.password());
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ObjectNode location = json.putObject("location");
      location.put("url", RestApi.BASE + "/kms/downloads/" + offer.id());
      location
          .putObject("download_token")
          .put("token", offer.token())
          .put("expiry", offer.expiry().toString());
      exchange.ok(json);
    }
  }

  /** The last byte is sent after the commit: who has the whole file has a backup that counts. */
  private void download(Exchange exchange) {
    String bearer = exchange.request().headers().first(HeaderNames.AUTHORIZATION).orElse("");
    String token = bearer.startsWith("Bearer ") ? bearer.substring("Bearer ".length()) : "";
    try (Downloads.Pending pending =
        services.backups().take(exchange.caller(), exchange.path("download"), token)) {
      byte[] file = pending.file();
      exchange
          .response()
          .status(Status.OK_200)
          .header(HeaderNames.CONTENT_TYPE, "application/x-pkcs12")
          .header(HeaderNames.CACHE_CONTROL, "no-store")
          .header(HeaderNames.CONTENT_LENGTH, Integer.toString(file.length));
      try (OutputStream out = exchange.response().outputStream()) {
        out.write(file, 0, file.length - 1);
        out.flush();
        services.backups().delivered(exchange.caller(), pending);
        out.write(file, file.length - 1, 1);
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }
  }

  private void restore(Exchange exchange) {
    try (SecretBody body = SecretBody.parse(exchange.bytes())) {
      ProviderBackups.Restored done =
          services
              .backups()
              .restore(
                  exchange.caller(), body.config(), body.password(), body.name(), body.dryRun());
      exchange.ok(ProviderJson.restored(done, body.dryRun()));
    }
  }
}
