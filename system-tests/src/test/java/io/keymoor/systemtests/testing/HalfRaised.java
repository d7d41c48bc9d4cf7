package io.keymoor.systemtests.testing;

/** Takes down what was raised halfway. */
public final class HalfRaised {
  private HalfRaised() {}

  /** Closes it; what goes wrong in that is added to the reason and hides nothing of it. */
  public static void close(AutoCloseable raised, Throwable reason) {
    try {
      raised.close();
    } catch (Exception late) {
      reason.addSuppressed(late);
    }
  }
}
