package io.keymoor.kmip.codec;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The fields of one structure, for a {@link Layout} to list. An item is read where it stands; in a
 * layout's order, since KMIP fixes the order of fields.
 */
public interface Fields<R> {
  /** The version of the message. */
  ProtocolVersion version();

  /** A field that is always there. */
  <T> T required(int tag, Type<T> type, Function<R, T> of);

  /** A field that may be there. */
  <T> Optional<T> optional(int tag, Type<T> type, Function<R, Optional<T>> of);

  /** A field that is there any number of times. */
  <T> List<T> repeated(int tag, Type<T> type, Function<R, List<T>> of);

  /** A field that is always there: an integer, without a box. */
  int integer(int tag, ToIntFunction<R> of);

  /** The fields that follow a choice of tags: whatever a type of its own reads, or nothing. */
  <T> T choice(Choice<T> choice, Function<R, T> of);

  /** For fields that versions before this one don't have. */
  Fields<R> since(ProtocolVersion first);

  /** For fields that versions after this one don't have. */
  Fields<R> until(ProtocolVersion last);

  /** Items of several possible tags. Decides itself by {@link Decoder#tag} what is there. */
  interface Choice<T> {
    T read(Decoder in);

    void write(Encoder out, T value);
  }
}
