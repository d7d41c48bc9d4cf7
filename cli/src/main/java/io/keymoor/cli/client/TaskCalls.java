package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ClientFailure.ManagerUnreachable;
import java.time.Duration;

/**
 * The part of the manager's REST API that is about tasks. Every method throws {@link
 * ClientFailure}. Thread-safe.
 */
public final class TaskCalls {
  private static final int POLL_SECONDS = 20;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ManagerClient client;

  TaskCalls(ManagerClient client) {
    this.client = client;
  }

  /** The latest, in the API's own JSON. */
  public JsonNode list(int limit) {
    return client.get("/tasks?limit=" + limit);
  }

  /** One task as it is. */
  public Task find(String id) {
    return Task.of(client.get(path(id)));
  }

  /** Has a task end where that is safe. */
  public void cancel(String id) {
    act(id, "cancel");
  }

  /** Has a task stand still where that is safe. */
  public void pause(String id) {
    act(id, "pause");
  }

  /**
   * Has a paused task go on, or a task over many objects with what is left; answers with {@code
   * task}.
   */
  public JsonNode resume(String id) {
    return act(id, "resume");
  }

  /**
   * Follows a task until it ends, also across a restart of the manager.
   *
   * @throws ManagerUnreachable when the manager stays away for two minutes
   */
  public Task await(String id, TaskListener listener) {
    Task task = find(id);
    listener.changed(task);
    long awaySince = 0;
    while (!task.ended()) {
      try {
        String news = "?wait=" + POLL_SECONDS + "&after=" + task.version();
        task = Task.of(client.get(path(id) + news));
        awaySince = 0;
        listener.changed(task);
      } catch (ManagerUnreachable away) {
        long now = System.nanoTime();
        if (awaySince == 0) {
          awaySince = now;
          listener.managerAway(away);
        } else if (now - awaySince > PATIENCE.toNanos()) {
          throw away;
        }
        rest(away);
      }
    }
    return task;
  }

  private static void rest(ManagerUnreachable away) {
    try {
      Thread.sleep(RETRY_PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw away;
    }
  }

  private JsonNode act(String id, String action) {
    return client.post(path(id) + "?action=" + action, ManagerClient.object());
  }

  private static String path(String id) {
    return "/tasks/" + ManagerClient.encoded(id);
  }
}
