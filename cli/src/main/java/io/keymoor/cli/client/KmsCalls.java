package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The part of the manager's REST API that is about the KMS of a standard provider; results are the
 * API's own JSON. Every method throws {@link ClientFailure}. Thread-safe.
 */
public final class KmsCalls {
  private final ManagerClient client;

  KmsCalls(ManagerClient client) {
    this.client = client;
  }

  /** Makes a standard provider of what {@code spec} says. */
  public JsonNode create(String name, ObjectNode spec) {
    ObjectNode body = ManagerClient.object().put("provider", name).put("type", "STANDARD");
    body.set("standard_spec", spec);
    return client.post("/kms/providers", body);
  }

  /** Looks at every server now. */
  public JsonNode check(String provider) {
    return client.post(path(provider) + "?action=check", ManagerClient.object());
  }

  public JsonNode addServer(String provider, ObjectNode server) {
    return client.post(path(provider) + "/servers", server);
  }

  public JsonNode removeServer(String provider, String server) {
    return client.delete(path(provider) + "/servers/" + ManagerClient.encoded(server));
  }

  /** What the servers show now. */
  public JsonNode certificates(String provider) {
    return client.get(path(provider) + "/certificates");
  }

  /** Trusts what a server shows now and somebody compared. */
  public JsonNode trust(String provider, String fingerprint) {
    return client.post(
        path(provider) + "/trust", ManagerClient.object().put("fingerprint", fingerprint));
  }

  /** Trusts certificates in PEM. */
  public JsonNode trustPem(String provider, String pem) {
    return client.post(
        path(provider) + "/trust", ManagerClient.object().put("certificate_pem", pem));
  }

  public JsonNode distrust(String provider, String fingerprint) {
    return client.delete(path(provider) + "/trust/" + ManagerClient.encoded(fingerprint));
  }

  public JsonNode identity(String provider) {
    return client.get(path(provider) + "/identity");
  }

  public JsonNode generateIdentity(String provider) {
    return client.post(path(provider) + "/identity?action=generate", ManagerClient.object());
  }

  public JsonNode requestIdentity(String provider) {
    return client.post(path(provider) + "/identity?action=request", ManagerClient.object());
  }

  public JsonNode signedIdentity(String provider, String pem) {
    return client.post(
        path(provider) + "/identity?action=signed",
        ManagerClient.object().put("certificate_pem", pem));
  }

  /** Gives the manager a certificate and its key, which the caller erases. */
  public JsonNode uploadIdentity(String provider, String pem, Password privateKey) {
    return client.sendErasing(
        "POST",
        path(provider) + "/identity?action=upload",
        json -> {
          json.writeStringField("certificate_pem", pem);
          ManagerClient.writeSecret(json, "private_key_pem", privateKey);
        });
  }

  /** Gives the KMS a user, and a password unless that is empty. */
  public void login(String provider, String user, Password password) {
    var _ =
        client.sendErasing(
            "PUT",
            path(provider) + "/login",
            json -> {
              json.writeStringField("user", user);
              ManagerClient.writeSecret(json, "password", password);
            });
  }

  public void withoutLogin(String provider) {
    var _ = client.delete(path(provider) + "/login");
  }

  /** Begins to make a new wrapping key and to wrap every key under it; answers the task's id. */
  public String rotate(String provider) {
    return ManagerClient.required(
        client.post(path(provider) + "?action=rotate", ManagerClient.object()), "task");
  }

  /**
   * The keys of a provider in its KMS, and what needs them.
   *
   * @param inKms whether the KMS itself is asked what it has
   */
  public JsonNode keys(String provider, boolean inKms) {
    return client.get(path(provider) + "/keys" + (inKms ? "?in_kms=true" : ""));
  }

  /** Destroys keys in the KMS, for good. */
  public JsonNode reclaim(String provider, List<String> ids) {
    ObjectNode body = ManagerClient.object();
    ids.forEach(body.putArray("ids")::add);
    return client.post(path(provider) + "/keys?action=reclaim", body);
  }

  private static String path(String provider) {
    return "/kms/providers/" + ManagerClient.encoded(provider);
  }

  /** A server for {@link #addServer} and for a specification. */
  public static ObjectNode server(
      String place, Optional<Integer> weight, Optional<String> proxy, Optional<Integer> seconds) {
    ObjectNode server = ManagerClient.object().put("host", place);
    weight.ifPresent(it -> server.put("weight", it));
    proxy.ifPresent(it -> server.put("proxy", it));
    seconds.ifPresent(it -> server.put("connect_timeout_seconds", it));
    return server;
  }
}
