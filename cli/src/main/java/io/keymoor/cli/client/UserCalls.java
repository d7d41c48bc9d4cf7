package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The part of the manager's REST API that is about administrators; results are the API's own JSON.
 * Every method throws {@link ClientFailure}. Thread-safe.
 */
public final class UserCalls {
  private final ManagerClient client;

  UserCalls(ManagerClient client) {
    this.client = client;
  }

  /** All users and all roles. */
  public JsonNode list() {
    return client.get("/users");
  }

  /** Adds a user; answers what goes into the user's context. */
  public JsonNode add(String name, String role, String csr) {
    return client.post(
        "/users", ManagerClient.object().put("name", name).put("role", role).put("csr_pem", csr));
  }

  /** Another certificate for a user. */
  public JsonNode certificate(String name, String csr) {
    return client.post(
        path(name) + "?action=certificate", ManagerClient.object().put("csr_pem", csr));
  }

  public void role(String name, String role) {
    var _ = client.post(path(name) + "?action=role", ManagerClient.object().put("role", role));
  }

  public void remove(String name) {
    var _ = client.delete(path(name));
  }

  private static String path(String name) {
    return "/users/" + ManagerClient.encoded(name);
  }
}
