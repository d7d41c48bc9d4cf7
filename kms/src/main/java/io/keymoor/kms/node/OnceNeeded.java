package io.keymoor.kms.node;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first needed, and then kept; a failure is tried again. */
final class OnceNeeded<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private @Nullable T made;

  OnceNeeded(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public synchronized T get() {
    T known = made;
    if (known == null) {
      known = maker.get();
      made = known;
    }
    return known;
  }
}
