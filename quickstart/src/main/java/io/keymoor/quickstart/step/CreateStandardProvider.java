package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.KmsCalls;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/**
 * A standard provider, with trust set up both ways (S2): the KMS's certificates are compared by
 * their fingerprints, and the KMS is given the manager's certificate.
 */
public final class CreateStandardProvider implements Step {
  @Override
  public String title() {
    return "Create the standard key provider \"" + Scene.KMS_PROVIDER + "\"";
  }

  @Override
  public String run(Scene scene) {
    KmsCalls calls = scene.client().kms();
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    ArrayNode servers = spec.putArray("servers");
    for (String address : scene.kms().addresses()) {
      servers.add(KmsCalls.server(address, Optional.empty(), Optional.empty(), Optional.empty()));
    }
    scene.kms().fingerprints().forEach(spec.putArray("trusted_fingerprints")::add);
    calls.create(Scene.KMS_PROVIDER, spec);
    String before = calls.check(Scene.KMS_PROVIDER).path("health").asText();
    JsonNode identity = calls.identity(Scene.KMS_PROVIDER);
    scene.kms().letIn("manager", identity.path("certificate_pem").asText());
    JsonNode checked = calls.check(Scene.KMS_PROVIDER);
    if (!checked.path("health").asText().equals("OK")) {
      throw new StoryFailed("The provider is not healthy: " + checked.path("details"));
    }
    return "The manager trusts both nodes by the fingerprints of their certificates. Before the KMS"
        + " knew the manager's certificate the provider's health was "
        + before
        + "; now it is "
        + checked.path("health").asText()
        + ". Nothing had to be restarted.";
  }
}
