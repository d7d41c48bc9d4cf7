package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Rotation;
import io.keymoor.manager.domain.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Tasks and the audit trail. */
final class TaskRoutes {
  private static final long LONGEST_WAIT_SECONDS = 60;

  private final Services services;

  TaskRoutes(Services services) {
    this.services = services;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, "/tasks", Privilege.VIEW, "task", this::list),
        Route.of(Method.GET, "/tasks/{task}", Privilege.VIEW, "task", this::show),
        Route.action("/tasks/{task}", "cancel", Privilege.CANCEL_TASK, "task", this::cancel),
        Route.action("/tasks/{task}", "pause", Privilege.CANCEL_TASK, "task", this::pause),
        Route.action("/tasks/{task}", "resume", Privilege.CANCEL_TASK, "task", this::resume),
        Route.of(Method.GET, "/audit", Privilege.READ_AUDIT, "audit", this::audit));
  }

  private void list(Exchange exchange) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("tasks");
    int limit = (int) Math.clamp(exchange.number("limit", 20), 1L, 1000L);
    Instant now = Instant.now();
    Stream.of(
            services.bulks().list(limit).stream()
                .map(bulk -> new Dated(bulk.times().created(), BulkJson.task(bulk, now))),
            services.kms().rotations().list(limit).stream()
                .map(rotation -> new Dated(rotation.created(), RotationJson.task(rotation))),
            services.tasks().list(limit).stream()
                .map(task -> new Dated(task.times().created(), task(task))))
        .flatMap(Function.identity())
        .sorted(Comparator.comparing(Dated::created).reversed())
        .limit(limit)
        .forEach(task -> list.add(task.json()));
    exchange.ok(json);
  }

  private record Dated(Instant created, ObjectNode json) {}

  private void show(Exchange exchange) {
    UUID id = id(exchange);
    long wait = Math.clamp(exchange.number("wait", 0), 0L, LONGEST_WAIT_SECONDS);
    long after = exchange.number("after", 0);
    if (services.bulks().find(id).isPresent()) {
      exchange.ok(
          BulkJson.task(
              services.bulks().await(id, wait == 0 ? -1 : after, Duration.ofSeconds(wait)),
              Instant.now()));
      return;
    }
    Optional<Rotation> rotation =
        services.kms().rotations().await(id, wait == 0 ? -1 : after, Duration.ofSeconds(wait));
    if (rotation.isPresent()) {
      exchange.ok(RotationJson.task(rotation.get()));
      return;
    }
    Task task =
        wait == 0
            ? services.tasks().show(id)
            : services.tasks().await(id, after, Duration.ofSeconds(wait));
    ObjectNode json = task(task);
    services.tasks().silence(task).ifPresent(said -> json.put("host_silent", said));
    exchange.ok(json);
  }

  private void cancel(Exchange exchange) {
    exchange.body();
    UUID id = id(exchange);
    if (services.bulks().find(id).isPresent()) {
      services.bulks().cancel(exchange.caller(), id);
    } else if (services.kms().rotations().find(id).isPresent()) {
      throw new Refusal.Conflict(
          "task_not_cancellable",
          "A rotation can't be cancelled: its new wrapping key is in use. Nothing was changed. It"
              + " goes on by itself, also when its KMS was away.");
    } else {
      services.tasks().cancel(exchange.caller(), id);
    }
    exchange.json(Status.ACCEPTED_202, JsonNodeFactory.instance.objectNode());
  }

  private void pause(Exchange exchange) {
    exchange.body();
    UUID id = id(exchange);
    if (services.bulks().find(id).isPresent()) {
      throw new Refusal.Conflict(
          "task_not_pausable",
          "Task "
              + id
              + " is over many objects, each of which is done in a moment. Nothing was changed. To"
              + " have it stand still, cancel it (keymoor task cancel) and later resume it (keymoor"
              + " task resume): it goes on with what is left.");
    }
    if (services.kms().rotations().find(id).isPresent()) {
      throw new Refusal.Conflict(
          "task_not_pausable",
          "A rotation can't be paused: its new wrapping key is in use. Nothing was changed.");
    }
    services.tasks().pause(exchange.caller(), id);
    exchange.json(Status.ACCEPTED_202, JsonNodeFactory.instance.objectNode());
  }

  /** A task over many objects begins work anew, so that needs more than to stop and let go. */
  private void resume(Exchange exchange) {
    exchange.body();
    UUID id = id(exchange);
    if (services.tasks().find(id).isEmpty()) {
      services
          .access()
          .require(
              exchange.caller(),
              Privilege.RECRYPT,
              Subject.named("task.resume", "task", id.toString()));
      BulkRoutes.accepted(exchange, services.bulks().resume(exchange.caller(), id));
      return;
    }
    services.tasks().resume(exchange.caller(), id);
    exchange.json(
        Status.ACCEPTED_202, JsonNodeFactory.instance.objectNode().put("task", id.toString()));
  }

  private void audit(Exchange exchange) {
    long after = exchange.number("after", -1);
    int limit = (int) Math.clamp(exchange.number("limit", 100), 1L, 1000L);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("events");
    services
        .audit()
        .list(after < 0 ? OptionalLong.empty() : OptionalLong.of(after), limit)
        .forEach(event -> list.add(event(event)));
    exchange.ok(json);
  }

  static UUID id(Exchange exchange) {
    String text = exchange.path("task");
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException noId) {
      throw new Refusal.NotFound("task_not_found", "There is no task " + text + ".");
    }
  }

  private static ObjectNode task(Task task) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", task.id().toString())
            .put("version", task.version())
            .put("kind", task.work().kind());
    json.set("object", object(task.object()));
    json.put("state", task.paused() ? "paused" : task.state().name().toLowerCase(Locale.ROOT))
        .put("phase", task.progress().phase())
        .put("done", task.progress().done())
        .put("total", task.progress().total())
        .put("unit", task.progress().unit())
        .put("cancel_requested", task.cancelRequested())
        .put("pause_requested", task.pauseRequested().isPresent())
        .put("actor", task.actor())
        .put("created", task.times().created().toString());
    task.pauseRequested().ifPresent(since -> json.put("paused_since", since.toString()));
    task.times().started().ifPresent(when -> json.put("started", when.toString()));
    task.times().ended().ifPresent(when -> json.put("ended", when.toString()));
    task.end().ifPresent(end -> end(json, end));
    return json;
  }

  static void end(ObjectNode json, Task.End end) {
    switch (end) {
      case Task.End.Succeeded done -> {
        ObjectNode result = json.putObject("result").put("summary", done.summary());
        ProviderJson.texts(result.putArray("warnings"), done.warnings());
      }
      case Task.End.Failed failed ->
          json.putObject("error").put("code", failed.code()).put("detail", failed.sentence());
      case Task.End.Cancelled stopped ->
          json.putObject("result").put("summary", stopped.summary()).putArray("warnings");
    }
  }

  private static ObjectNode event(AuditEvent event) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", event.id())
            .put("at", event.at().toString())
            .put("actor", event.actor())
            .put("from", event.from())
            .put("action", event.action());
    event.object().ifPresent(object -> json.set("object", object(object)));
    event.provider().ifPresent(provider -> json.put("provider", provider));
    event.keyId().ifPresent(key -> json.put("key_id", key));
    return json.put("result", event.result()).put("detail", event.detail());
  }

  static ObjectNode object(ObjectRef object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", object.type())
        .put("id", object.id())
        .put("name", object.name());
  }
}
