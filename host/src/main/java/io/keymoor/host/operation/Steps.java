package io.keymoor.host.operation;

/** Says where one operation is. Thread-safe when its trigger is. */
public final class Steps {
  private final Operation.Kind kind;
  private final CrashTrigger trigger;

  public Steps(Operation.Kind kind, CrashTrigger trigger) {
    this.kind = kind;
    this.trigger = trigger;
  }

  /** The step is done and durable. */
  public void reached(Step step) {
    CrashPoint.of(kind, step).ifPresent(trigger::reached);
  }
}
