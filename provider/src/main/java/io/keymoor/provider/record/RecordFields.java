package io.keymoor.provider.record;

import io.keymoor.provider.ProviderException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object of a key record. One that the object may not have, that comes twice
 * or is of the wrong kind is damage; so is one that is asked for and missing. Used by one thread.
 */
final class RecordFields {
  private final List<String> names;
  private final String where;
  private final Moments moments;
  private final @Nullable Object[] values;

  /** The field that usually comes next: records are written in one order. */
  private int next;

  /**
   * Of an object without fields yet.
   *
   * @param names those that it may have
   * @param where the object, for whoever reads what is wrong
   */
  RecordFields(List<String> names, String where, Moments moments) {
    this.names = names;
    this.where = where;
    this.moments = moments;
    this.values = new Object[names.size()];
  }

  void put(String name, Object value) {
    int place = next < names.size() && names.get(next).equals(name) ? next : names.indexOf(name);
    if (place < 0) {
      throw new ProviderException.RecordDamaged(where + " has a field too many");
    }
    if (values[place] != null) {
      throw new ProviderException.RecordDamaged(where + " has a field twice");
    }
    values[place] = value;
    next = place + 1;
  }

  <T> Optional<T> optional(String name, Class<T> type) {
    Object value = values[names.indexOf(name)];
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(name);
    }
    return Optional.of(type.cast(value));
  }

  <T> T required(String name, Class<T> type) {
    return optional(name, type).orElseThrow(() -> wrong(name));
  }

  String text(String name) {
    return required(name, String.class);
  }

  long number(String name) {
    return required(name, Long.class);
  }

  UUID id(String name) {
    String text = text(name);
    if (text.length() != 36) {
      throw wrong(name);
    }
    return UUID.fromString(text);
  }

  Instant moment(String name) {
    return moments.read(text(name));
  }

  <T> List<T> list(String name, Class<T> of) {
    List<?> items = required(name, List.class);
    return items.stream().<T>map(of::cast).toList();
  }

  ProviderException wrong(String name) {
    return new ProviderException.RecordDamaged(
        "the field \"" + name + "\" of " + where + " is missing or of the wrong kind");
  }

  /** Moments of one record, most of which are one and the same: reading one is dear. */
  static final class Moments {
    private String text = "";
    private Instant moment = Instant.EPOCH;

    Instant read(String now) {
      if (!now.equals(text)) {
        moment = Instant.parse(now);
        text = now;
      }
      return moment;
    }
  }
}
