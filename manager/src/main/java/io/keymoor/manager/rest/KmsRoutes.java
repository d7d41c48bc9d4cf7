package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.KmsKeys;
import io.keymoor.manager.domain.ProviderView;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.model.NewStandardProvider;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Rotation;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The KMS of a standard provider: servers, trust both ways, a look at how it stands. */
final class KmsRoutes {
  private static final String ONE = "/kms/providers/{provider}";
  private static final String IDENTITY = ONE + "/identity";
  private static final String[] SERVER = {
    "host", "port", "weight", "proxy", "connect_timeout_seconds"
  };
  private static final String[] SPEC = {
    "id",
    "servers",
    "mode",
    "rotation_days",
    "wrap_in_kms",
    "order",
    "timeout_seconds",
    "trusted_fingerprints",
    "trusted_pem",
    "even_unreachable"
  };

  private final Services services;

  KmsRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    Privilege read = Privilege.READ_KEY_SERVERS;
    Privilege manage = Privilege.MANAGE_KEY_SERVERS;
    return List.of(
        Route.action(ONE, "check", read, "provider", this::check),
        Route.of(Method.POST, ONE + "/servers", manage, "provider", this::addServer),
        Route.of(Method.DELETE, ONE + "/servers/{server}", manage, "provider", this::removeServer),
        Route.of(Method.GET, ONE + "/certificates", read, "provider", this::certificates),
        Route.of(Method.POST, ONE + "/trust", manage, "provider", this::trust),
        Route.of(Method.DELETE, ONE + "/trust/{fingerprint}", manage, "provider", this::distrust),
        Route.of(Method.GET, IDENTITY, read, "provider", this::identity),
        Route.action(IDENTITY, "generate", manage, "provider", this::generate),
        Route.action(IDENTITY, "request", manage, "provider", this::request),
        Route.action(IDENTITY, "signed", manage, "provider", this::signed),
        Route.action(IDENTITY, "upload", manage, "provider", this::upload),
        Route.of(Method.PUT, ONE + "/login", manage, "provider", this::login),
        Route.of(Method.DELETE, ONE + "/login", manage, "provider", this::withoutLogin),
        Route.action(ONE, "rotate", Privilege.MANAGE_KEYS, "provider", this::rotate),
        Route.of(Method.GET, ONE + "/keys", read, "provider", this::keys),
        Route.action(ONE + "/keys", "reclaim", Privilege.MANAGE_KEYS, "provider", this::reclaim));
  }

  /** What the body of a creation asks for. */
  static NewStandardProvider wish(Body body) {
    Body spec = body.object("standard_spec", SPEC);
    List<KmsServer> servers = new ArrayList<>();
    spec.objects("servers", SERVER).forEach(server -> servers.add(server(server)));
    if (servers.isEmpty()) {
      throw Body.invalid("The request names no server of the KMS.");
    }
    return new NewStandardProvider(
        body.text("provider"),
        spec.optionalText("id").map(KmsRoutes::uuid),
        mode(spec),
        servers,
        order(spec.optionalText("order")),
        seconds(spec.optionalNumber("timeout_seconds")).orElse(KmsAccess.DEFAULT_TIMEOUT),
        spec.texts("trusted_fingerprints"),
        spec.optionalText("trusted_pem").orElse(""),
        spec.flag("even_unreachable"));
  }

  private static ProviderEntry.Mode mode(Body spec) {
    String mode = spec.optionalText("mode").orElse("KEY_PER_OBJECT");
    return switch (mode) {
      case "KEY_PER_OBJECT" -> {
        if (spec.flag("wrap_in_kms")) {
          throw Body.invalid("Keys are wrapped in the KMS in mode WRAPPING_KEY only.");
        }
        yield new ProviderEntry.KeyPerObject();
      }
      case "WRAPPING_KEY" ->
          new ProviderEntry.WrappingKey(
              days(spec), spec.flag("wrap_in_kms") ? Place.KMS : Place.MANAGER);
      default -> throw Body.invalid("There is no mode \"" + mode + "\".");
    };
  }

  private static Optional<Duration> days(Body spec) {
    OptionalLong days = spec.optionalNumber("rotation_days");
    if (days.isPresent() && (days.getAsLong() < 1 || days.getAsLong() > 3650)) {
      throw Body.invalid("A rotation is every 1 to 3650 days.");
    }
    return days.isPresent() ? Optional.of(Duration.ofDays(days.getAsLong())) : Optional.empty();
  }

  private static KmsAccess.Order order(Optional<String> order) {
    try {
      return order
          .map(it -> KmsAccess.Order.valueOf(it.toUpperCase(Locale.ROOT)))
          .orElse(KmsAccess.Order.ROUND_ROBIN);
    } catch (IllegalArgumentException none) {
      throw Body.invalid("An order is ROUND_ROBIN, WEIGHTED or LATENCY.");
    }
  }

  private static KmsServer server(Body body) {
    KmsServer plain = KmsServer.at(body.text("host"));
    return new KmsServer(
        plain.host(),
        Math.clamp(body.optionalNumber("port").orElse(plain.port()), 0, 1 << 16),
        Math.clamp(body.optionalNumber("weight").orElse(1), 0, 1000),
        body.optionalText("proxy").map(KmsServer::proxyAt),
        seconds(body.optionalNumber("connect_timeout_seconds")));
  }

  private static Optional<Duration> seconds(OptionalLong number) {
    if (number.isPresent() && (number.getAsLong() < 1 || number.getAsLong() > 600)) {
      throw Body.invalid("A time is between 1 and 600 seconds.");
    }
    return number.isPresent()
        ? Optional.of(Duration.ofSeconds(number.getAsLong()))
        : Optional.empty();
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException none) {
      throw Body.invalid("The id \"" + text + "\" is no UUID.");
    }
  }

  private void check(Exchange exchange) {
    answer(exchange, services.kms().providers().check(exchange.path("provider")));
  }

  private void addServer(Exchange exchange) {
    Body body =
        exchange.body(
            "host", "port", "weight", "proxy", "connect_timeout_seconds", "even_unreachable");
    answer(
        exchange,
        services
            .kms()
            .providers()
            .addServer(
                exchange.caller(),
                exchange.path("provider"),
                server(body),
                body.flag("even_unreachable")));
  }

  private void removeServer(Exchange exchange) {
    answer(
        exchange,
        services
            .kms()
            .providers()
            .removeServer(exchange.caller(), exchange.path("provider"), exchange.path("server")));
  }

  private void certificates(Exchange exchange) {
    String provider = exchange.path("provider");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    KmsJson.shown(
        json.putArray("servers"),
        services.kms().providers().certificates(provider),
        services.providers().show(provider));
    exchange.ok(json);
  }

  private void trust(Exchange exchange) {
    Body body = exchange.body("fingerprint", "certificate_pem");
    Optional<String> pem = body.optionalText("certificate_pem");
    answer(
        exchange,
        pem.isPresent()
            ? services
                .kms()
                .trusting()
                .trustCertificates(exchange.caller(), exchange.path("provider"), pem.get())
            : services
                .kms()
                .trusting()
                .trust(exchange.caller(), exchange.path("provider"), body.text("fingerprint")));
  }

  private void distrust(Exchange exchange) {
    answer(
        exchange,
        services
            .kms()
            .trusting()
            .distrust(exchange.caller(), exchange.path("provider"), exchange.path("fingerprint")));
  }

  private void identity(Exchange exchange) {
    answer(exchange, services.kms().trusting().identity(exchange.path("provider")));
  }

  private void generate(Exchange exchange) {
    answer(
        exchange, services.kms().trusting().generate(exchange.caller(), exchange.path("provider")));
  }

  private void request(Exchange exchange) {
    answer(
        exchange, services.kms().trusting().request(exchange.caller(), exchange.path("provider")));
  }

  private void signed(Exchange exchange) {
    Body body = exchange.body("certificate_pem");
    answer(
        exchange,
        services
            .kms()
            .trusting()
            .signed(exchange.caller(), exchange.path("provider"), body.text("certificate_pem")));
  }

  private void upload(Exchange exchange) {
    try (CredentialBody body = CredentialBody.parse(exchange.bytes())) {
      answer(
          exchange,
          services
              .kms()
              .trusting()
              .upload(
                  exchange.caller(),
                  exchange.path("provider"),
                  body.certificate(),
                  body.privateKey()));
    }
  }

  private void login(Exchange exchange) {
    try (CredentialBody body = CredentialBody.parse(exchange.bytes())) {
      services
          .kms()
          .trusting()
          .login(exchange.caller(), exchange.path("provider"), body.user(), body.password());
      exchange.nothing();
    }
  }

  private void withoutLogin(Exchange exchange) {
    services.kms().trusting().withoutLogin(exchange.caller(), exchange.path("provider"));
    exchange.nothing();
  }

  private void rotate(Exchange exchange) {
    exchange.body();
    Rotation begun = services.kms().rotations().start(exchange.caller(), exchange.path("provider"));
    exchange.json(
        Status.ACCEPTED_202,
        JsonNodeFactory.instance.objectNode().put("task", begun.id().toString()));
  }

  private void keys(Exchange exchange) {
    String provider = exchange.path("provider");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (exchange.query("in_kms").filter("true"::equals).isPresent()) {
      KmsKeys.InKms found = services.kms().inventory().listInKms(provider);
      KmsJson.keys(json.putArray("keys"), found.lines());
      json.put("unsearched", found.unsearched());
    } else {
      KmsJson.keys(json.putArray("keys"), services.kms().inventory().list(provider));
    }
    exchange.ok(json);
  }

  private void reclaim(Exchange exchange) {
    Body body = exchange.body("ids");
    List<KeyId> ids = new ArrayList<>();
    for (String text : body.texts("ids")) {
      try {
        ids.add(new KeyId(text));
      } catch (IllegalArgumentException none) {
        throw Body.invalid("The id \"" + text + "\" is none that a key can have.");
      }
    }
    exchange.ok(
        KmsJson.reclaimed(
            services.kms().inventory().reclaim(exchange.caller(), exchange.path("provider"), ids)));
  }

  private static void answer(Exchange exchange, ProviderView view) {
    exchange.ok(ProviderJson.provider(view));
  }

  private static void answer(Exchange exchange, KmsSettings.Identity identity) {
    exchange.ok(KmsJson.identity(identity));
  }
}
