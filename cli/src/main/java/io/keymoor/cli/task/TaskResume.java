package io.keymoor.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WaitOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keymoor task resume}. */
@Command(
    name = "resume",
    description =
        "Have a paused task go on; or one over many objects that failed or was stopped, with what is"
            + " left.",
    mixinStandardHelpOptions = true)
final class TaskResume implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  @Mixin private WaitOption wait = new WaitOption();

  TaskResume(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode started = session.manager().tasks().resume(task);
    session.follow(Fields.text(started, "task"), wait.waits());
  }
}
