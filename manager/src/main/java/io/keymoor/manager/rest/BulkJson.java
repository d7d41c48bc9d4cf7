package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** Bulk tasks as the API shows them: like any task, and with counts. */
final class BulkJson {
  private BulkJson() {}

  static ObjectNode task(Bulk bulk, Instant now) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", bulk.id().toString())
            .put("version", bulk.version())
            .put("kind", bulk.request().kind().text());
    json.set("object", TaskRoutes.object(bulk.object()));
    json.put("state", bulk.state().name().toLowerCase(Locale.ROOT))
        .put("phase", bulk.phase())
        .put("done", bulk.counts().ended())
        .put("total", bulk.counts().total())
        .put("unit", "objects")
        .put("cancel_requested", bulk.cancelRequested())
        .put("actor", bulk.actor())
        .put("created", bulk.times().created().toString())
        .put("started", bulk.times().begun().toString());
    bulk.times().ended().ifPresent(when -> json.put("ended", when.toString()));
    bulk.end().ifPresent(end -> TaskRoutes.end(json, end));
    counts(json, bulk.counts());
    pace(json, bulk, now);
    return json;
  }

  static ObjectNode counts(ObjectNode json, Bulk.Counts counts) {
    json.putObject("counts")
        .put("total", counts.total())
        .put("ok", counts.ok())
        .put("failed", counts.failed())
        .put("skipped", counts.skipped())
        .put("open", counts.open())
        .put("waiting", counts.waiting());
    return json;
  }

  /** Since it began or was resumed. */
  private static void pace(ObjectNode json, Bulk bulk, Instant now) {
    Instant until = bulk.times().ended().orElse(now);
    double seconds = Duration.between(bulk.times().begun(), until).toNanos() / 1e9;
    long done = bulk.counts().ended() - bulk.times().doneBefore();
    if (done <= 0 || seconds <= 0) {
      return;
    }
    double rate = done / seconds;
    json.put("rate_per_second", Math.round(rate * 10) / 10.0);
    if (!bulk.state().ended()) {
      json.put("seconds_left", Math.round((bulk.counts().total() - bulk.counts().ended()) / rate));
    }
  }

  static ObjectNode item(BulkItem item) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("position", item.position());
    json.set("object", TaskRoutes.object(item.object()));
    json.put("state", item.state().name().toLowerCase(Locale.ROOT))
        .put("provider_id", item.provider().toString());
    item.task().map(UUID::toString).ifPresent(task -> json.put("task", task));
    return json.put("code", item.code()).put("detail", item.detail());
  }
}
