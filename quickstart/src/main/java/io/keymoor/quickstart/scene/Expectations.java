package io.keymoor.quickstart.scene;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ManagerClient;
import java.util.Locale;
import java.util.function.Supplier;

/** Waits for states that come by themselves, and says in words when they do not. */
public final class Expectations {
  private final Scene scene;

  Expectations(Scene scene) {
    this.scene = scene;
  }

  /** The host is connected and its libvirt answers. */
  public void hostOnline() {
    until(
        "host " + Scene.HOST + " is connected and its libvirt answers",
        () -> {
          JsonNode host = client().host(Scene.HOST);
          return state(host, "state").equals("connected")
              && state(host, "hypervisor_state").equals("ok");
        });
  }

  /** The manager has heard of a domain that was just defined on the host. */
  public void domainKnown(String name) {
    until(
        "host " + Scene.HOST + " has told of domain " + name,
        () -> client().domains(Scene.HOST).path("domains").findValuesAsText("name").contains(name));
  }

  /** The native provider's health is this one. */
  public void providerHealth(String health) {
    until(
        "provider " + Scene.PROVIDER + " has health " + health,
        () -> client().provider(Scene.PROVIDER).path("health").asText().equals(health));
  }

  /** The revision of the desired state that the host has applied. */
  public long hostRevision() {
    return client().host(Scene.HOST).path("desired_revision").asLong();
  }

  /** The host has applied a newer desired state than {@code revision}. */
  public void hostRevisionAfter(long revision) {
    until("host " + Scene.HOST + " has dropped the provider", () -> hostRevision() > revision);
  }

  /** The VM is locked; gives the reason in words. */
  public String locked(String vm) {
    until("VM " + vm + " is locked", () -> state(client().vm(vm), "crypto_state").equals("locked"));
    return client().vm(vm).path("locked_reason").asText();
  }

  /** The VM is locked for a reason with these words; gives all of it. */
  public String lockedFor(String vm, String words) {
    until(
        "VM " + vm + " is locked and says \"" + words + "\"",
        () -> client().vm(vm).path("locked_reason").asText("").contains(words));
    return client().vm(vm).path("locked_reason").asText();
  }

  /** The VM is unlocked. */
  public void unlocked(String vm) {
    until(
        "VM " + vm + " is unlocked",
        () -> state(client().vm(vm), "crypto_state").equals("unlocked"));
  }

  /** The manager has heard that the VM is off. */
  public void off(String vm) {
    until("VM " + vm + " is off", () -> state(client().vm(vm), "power").equals("off"));
  }

  /** Waits for {@code condition}; {@code what} completes "It did not come true that ...". */
  public void until(String what, Supplier<Boolean> condition) {
    Waiting.until(what, condition);
  }

  private ManagerClient client() {
    return scene.client();
  }

  private static String state(JsonNode json, String field) {
    return json.path(field).asText("").toLowerCase(Locale.ROOT);
  }
}
