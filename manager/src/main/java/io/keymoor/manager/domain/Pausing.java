package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;

/**
 * Which tasks can stand still, and why others can't (decision 0070). A host may pass the point up
 * to which that is possible while it is asked for; then the task ends as if nobody had asked.
 */
final class Pausing {
  private Pausing() {}

  /** Refuses what can't stand still, or not now. */
  static void requirePausable(Task task) {
    requireOpen(task);
    if (!task.work().pausable()) {
      throw refused(
          task, "can't be paused: only what writes disks anew can, the rest is soon done");
    }
    if (task.cancelRequested()) {
      throw refused(task, "is being cancelled");
    }
    if (task.times().delivered().isEmpty()) {
      throw refused(task, "has not been begun by its host. Pause it when it runs, or cancel it");
    }
    switch (task.progress().pace()) {
      case OPEN, STANDING -> {}
      case CLOSING ->
          throw refused(
              task,
              "is past the point up to which it can be paused: it is switching to what it wrote, or"
                  + " removing what was there before. It goes on to its end, or to its next disk,"
                  + " before which it can be paused again");
    }
  }

  /** Refuses to let go what nobody stopped. */
  static void requirePaused(Task task) {
    requireOpen(task);
    if (task.pauseRequested().isEmpty()) {
      throw new Refusal.Conflict(
          "task_not_paused", "Task " + task.id() + " is not paused. Nothing was changed.");
    }
  }

  /** A host does one thing after the other with a VM: what is paused would hold all of it up. */
  static void requireNonePaused(Stores stores, InventoryVm vm) {
    stores
        .tasks()
        .changingKeysOf(vm.vm().id())
        .flatMap(id -> stores.tasks().find(id))
        .filter(task -> task.pauseRequested().isPresent())
        .ifPresent(task -> {
          throw new Refusal.Conflict(
              "vm_busy",
              "Task "
                  + task.id()
                  + " of VM \""
                  + vm.vm().name()
                  + "\" is paused, and this would wait for its end. Nothing was started. Let it go"
                  + " on (keymoor task resume "
                  + task.id()
                  + ") or cancel it (keymoor task cancel "
                  + task.id()
                  + ") first.");
        });
  }

  private static void requireOpen(Task task) {
    if (task.state().ended()) {
      throw new Refusal.Conflict(
          "task_ended", "Task " + task.id() + " has ended already. Nothing was changed.");
    }
  }

  private static Refusal.Conflict refused(Task task, String why) {
    return new Refusal.Conflict(
        "task_not_pausable", "Task " + task.id() + " " + why + ". Nothing was changed.");
  }
}
