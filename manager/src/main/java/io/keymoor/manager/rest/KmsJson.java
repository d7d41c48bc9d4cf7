package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.domain.KmsKeys;
import io.keymoor.manager.domain.KmsView;
import io.keymoor.manager.domain.ProviderView;
import io.keymoor.manager.domain.model.KmsCheck;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.KmsHealth;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.provider.standard.ServerCertificates.Shown;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The KMS of a standard provider as the API shows it; nothing of it is secret. */
final class KmsJson {
  private KmsJson() {}

  static void info(ObjectNode info, ProviderEntry.Mode mode, KmsView view) {
    switch (mode) {
      case ProviderEntry.KeyPerObject _ -> info.put("mode", "KEY_PER_OBJECT");
      case ProviderEntry.WrappingKey it -> {
        info.put("mode", "WRAPPING_KEY");
        info.put("wrap_in_kms", it.place() == ProviderEntry.Place.KMS);
        it.rotation().ifPresent(every -> info.put("rotation_days", every.toDays()));
      }
    }
    KmsSettings settings = view.settings();
    info.put("order", settings.order().name());
    info.put("timeout_seconds", settings.timeout().toSeconds());
    settings.login().ifPresent(login -> info.put("user", login.user()));
    info.set("identity", identity(settings.identity()));
    ArrayNode servers = info.putArray("servers");
    for (KmsServer server : settings.servers()) {
      server(servers.addObject(), server, view);
    }
    ArrayNode trusted = info.putArray("trusted");
    settings.trusted().forEach(it -> certificate(trusted.addObject(), it));
    info.put(
        "trusted_pem",
        settings.trusted().stream().map(Pem::certificate).collect(Collectors.joining()));
  }

  private static void server(ObjectNode json, KmsServer server, KmsView view) {
    json.put("server", server.name())
        .put("host", server.host())
        .put("port", server.port())
        .put("weight", server.weight());
    server.proxy().ifPresent(proxy -> json.put("proxy", proxy.toString()));
    server
        .connectTimeout()
        .map(Duration::toSeconds)
        .ifPresent(it -> json.put("connect_timeout_seconds", it));
    view.check(server).ifPresent(check -> check(json, check));
  }

  private static void check(ObjectNode json, KmsCheck check) {
    KmsHealth health = check.health();
    json.put("health", health.failing().isEmpty() ? "OK" : "ERROR")
        .put("failing", health.failing().map(KmsHealth.Layer::text).orElse(""))
        .put("detail", health.sentence())
        .put("kmip_version", health.version().orElse(""))
        .put("took_ms", health.took().toMillis())
        .put("checked", check.checked().toString());
    health.certificateExpiry().ifPresent(end -> json.put("certificate_expiry", end.toString()));
  }

  static ObjectNode identity(KmsSettings.Identity identity) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("source", identity.source().name());
    certificate(json, identity.certificate());
    json.put(
        "certificate_pem",
        identity.chain().stream().map(Pem::certificate).collect(Collectors.joining()));
    identity.request().ifPresent(request -> json.put("request_pem", request.pem()));
    return json;
  }

  private static void certificate(ObjectNode json, X509Certificate certificate) {
    json.put("subject", certificate.getSubjectX500Principal().getName())
        .put("issuer", certificate.getIssuerX500Principal().getName())
        .put("fingerprint", CertificateAuthority.fingerprint(certificate))
        .put("expiry", certificate.getNotAfter().toInstant().toString());
  }

  static void keys(ArrayNode list, List<KmsKeys.Line> lines) {
    for (KmsKeys.Line line : lines) {
      list.addObject()
          .put("id", line.key().id().map(KeyId::text).orElse(""))
          .put("use", line.use().name())
          .put("needed_by", line.neededBy())
          .put("made_for", line.key().purpose().name())
          .put("in_kms", line.inKms())
          .put("asked", line.key().asked().toString());
    }
  }

  static ObjectNode reclaimed(KmsKeys.Reclaimed done) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode destroyed = json.putArray("destroyed");
    done.destroyed().forEach(id -> destroyed.add(id.text()));
    ArrayNode left = json.putArray("left");
    done.left().forEach((id, why) -> left.addObject().put("id", id.text()).put("detail", why));
    return json;
  }

  static void shown(ArrayNode list, List<Shown> shown, ProviderView provider) {
    List<X509Certificate> trusted =
        provider.kms().map(it -> it.settings().trusted()).orElse(List.of());
    for (Shown one : shown) {
      ObjectNode json = list.addObject().put("server", one.server().name());
      if (one.certificate().isPresent()) {
        X509Certificate certificate = one.certificate().get();
        certificate(json, certificate);
        json.put("certificate_pem", Pem.certificate(certificate));
        json.put("confirmed", trusted.contains(certificate));
      } else {
        json.put("detail", one.health().sentence());
      }
    }
  }
}
