package io.keymoor.systemtests.kms;

import java.util.List;

/**
 * The ways of one client to the nodes of a KMS. Thread-safe.
 *
 * @param first to the first node
 * @param second to the second node
 */
public record Ways(Wire first, Wire second) implements AutoCloseable {
  /** Both. */
  public List<Wire> wires() {
    return List.of(first, second);
  }

  /** The same is wrong with both. */
  public void suffer(WireFault fault) {
    wires().forEach(wire -> wire.suffer(fault));
  }

  /** Ways of another client to the same nodes, with nothing wrong. */
  Ways another() {
    return new Ways(first.another(), second.another());
  }

  @Override
  public void close() {
    wires().forEach(Wire::close);
  }
}
