package io.keymoor.kmip.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One enumeration: its values, and how they are read and written. Filled while its class is
 * initialised and unchanged afterwards.
 */
public final class EnumKind<E extends OpenEnum> implements Type<E> {
  /** Makes a value. */
  @FunctionalInterface
  public interface Maker<E> {
    E make(int value, String name);
  }

  private final int tag;
  private final Maker<E> maker;
  private final Map<Integer, String> names = new LinkedHashMap<>();
  private final List<E> values = new ArrayList<>();
  private @Nullable Object[] byValue = new Object[16];
  private @Nullable Optional<?>[] presentByValue = new Optional<?>[16];

  public EnumKind(int tag, Maker<E> maker) {
    this.tag = tag;
    this.maker = maker;
  }

  /** Declares a value; for the enumeration's own class only. */
  public E known(int value, String name) {
    E known = maker.make(value, name);
    if (value >= byValue.length) {
      byValue = Arrays.copyOf(byValue, Math.max(value + 1, byValue.length * 2));
      presentByValue = Arrays.copyOf(presentByValue, byValue.length);
    }
    byValue[value] = known;
    presentByValue[value] = Optional.of(known);
    names.put(value, name);
    values.add(known);
    return known;
  }

  /** The tag whose names in XML and JSON these are. */
  public int tag() {
    return tag;
  }

  /** The known values, in the order of their numbers. */
  public List<E> values() {
    return Collections.unmodifiableList(values);
  }

  /** The known values' names. */
  public Map<Integer, String> names() {
    return Collections.unmodifiableMap(names);
  }

  /** The value of that number, known or not. */
  @SuppressWarnings("unchecked")
  public E of(int value) {
    if (value >= 0 && value < byValue.length) {
      Object known = byValue[value];
      if (known != null) {
        return (E) known;
      }
    }
    return maker.make(value, String.format("0x%08x", value));
  }

  /** Whether this library knows the value. */
  public boolean knows(E value) {
    return names.containsKey(value.value());
  }

  @Override
  public E read(Decoder in) {
    return of(in.reader().enumeration(tag));
  }

  @Override
  @SuppressWarnings("unchecked") // Both arrays hold this enumeration's values.
  public Optional<E> readPresent(Decoder in) {
    int value = in.reader().enumeration(tag);
    if (value >= 0 && value < presentByValue.length) {
      Optional<?> known = presentByValue[value];
      if (known != null) {
        return (Optional<E>) known;
      }
    }
    return Optional.of(of(value));
  }

  @Override
  public void write(Encoder out, int itemTag, E value) {
    out.writer().enumeration(itemTag, tag, value.value());
  }
}
