package io.keymoor.systemtests.kms;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** What is wrong with a {@link Wire}. */
public sealed interface WireFault {
  /** Nothing: bytes pass as they come. */
  record None() implements WireFault {}

  /** Nobody listens: connections are refused. */
  record Refused() implements WireFault {}

  /** Connections are accepted, and nothing ever comes back. */
  record Silent() implements WireFault {}

  /** TLS is set up at once; every later answer comes late. */
  record Slow(Duration delay) implements WireFault {}

  /** Somebody else answers. */
  record Diverted(InetSocketAddress to) implements WireFault {}

  /**
   * One answer breaks off, and the connection with it. Shared by wires, it is one answer of all.
   *
   * @param which asked before bytes of an answer are passed on: whether they are of the answer that
   *     is to break off
   * @param bytes how many of them still pass
   * @param happened whether it has
   */
  record CutAnswer(BooleanSupplier which, int bytes, AtomicBoolean happened) implements WireFault {
    public CutAnswer(BooleanSupplier which, int bytes) {
      this(which, bytes, new AtomicBoolean());
    }
  }
}
