package io.keymoor.host.keys;

/** Ends what a subscription began; idempotent. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
