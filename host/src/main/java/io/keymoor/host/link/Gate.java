package io.keymoor.host.link;

/** Holds threads back until the manager was greeted. Thread-safe. */
final class Gate {
  private boolean open;

  synchronized void open() {
    open = true;
    notifyAll();
  }

  synchronized void shut() {
    open = false;
  }

  synchronized void pass() throws InterruptedException {
    while (!open) {
      wait();
    }
  }
}
