package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A piece of long work as the manager reports it.
 *
 * @param id its id
 * @param version grows with every change; what a long poll waits for
 * @param kind such as {@code vm_encrypt}
 * @param objectName what it is about
 * @param state where it stands
 * @param phase what it does now, a few words
 * @param done units done
 * @param total units in all, 0 while unknown
 * @param unit {@code bytes} or {@code steps}
 * @param detail after a failure: the sentence; otherwise empty
 * @param json everything the manager said
 */
public record Task(
    String id,
    long version,
    String kind,
    String objectName,
    State state,
    String phase,
    long done,
    long total,
    String unit,
    String detail,
    JsonNode json) {

  /** Where a task stands. {@code UNKNOWN}: a word of a newer manager. */
  public enum State {
    QUEUED,
    RUNNING,
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    UNKNOWN;

    static State of(String word) {
      for (State state : values()) {
        if (state.name().toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT))) {
          return state;
        }
      }
      return UNKNOWN;
    }
  }

  static Task of(JsonNode json) {
    return new Task(
        json.path("id").asText(""),
        json.path("version").asLong(0),
        json.path("kind").asText(""),
        json.path("object").path("name").asText(""),
        State.of(json.path("state").asText("")),
        json.path("phase").asText(""),
        json.path("done").asLong(0),
        json.path("total").asLong(0),
        json.path("unit").asText("steps"),
        json.path("error").path("detail").asText(""),
        json);
  }

  /** What there is to say of a host that has the task and is not heard of; otherwise empty. */
  public String hostSilent() {
    return json.path("host_silent").asText("");
  }

  /** True when nothing will change any more. */
  public boolean ended() {
    return switch (state) {
      case SUCCEEDED, FAILED, CANCELLED -> true;
      case QUEUED, RUNNING, PAUSED, UNKNOWN -> false;
    };
  }
}
