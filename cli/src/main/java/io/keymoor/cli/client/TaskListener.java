package io.keymoor.cli.client;

/** Told how a watched task gets on, on the thread that watches. */
public interface TaskListener {
  /** The task as it is now; called at least once. */
  void changed(Task task);

  /** The manager went away; the watch goes on and will find the task again. */
  void managerAway(ClientFailure.ManagerUnreachable why);

  /** Hears nothing. */
  static TaskListener silent() {
    return new TaskListener() {
      @Override
      public void changed(Task task) {}

      @Override
      public void managerAway(ClientFailure.ManagerUnreachable why) {}
    };
  }
}
