package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.manager.domain.model.Rotation;
import java.util.Locale;

/** Rotations as the API shows them: like any task. */
final class RotationJson {
  private RotationJson() {}

  static ObjectNode task(Rotation rotation) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", rotation.id().toString())
            .put("version", rotation.version())
            .put("kind", Rotation.KIND);
    json.set("object", TaskRoutes.object(rotation.object()));
    json.put("state", rotation.state().name().toLowerCase(Locale.ROOT))
        .put("phase", rotation.phase())
        .put("done", rotation.count().done() + rotation.count().left())
        .put("total", rotation.count().total())
        .put("unit", "keys")
        .put("cancel_requested", false)
        .put("actor", rotation.actor())
        .put("created", rotation.created().toString())
        .put("started", rotation.created().toString());
    rotation.ended().ifPresent(when -> json.put("ended", when.toString()));
    rotation.end().ifPresent(end -> TaskRoutes.end(json, end));
    return json;
  }
}
