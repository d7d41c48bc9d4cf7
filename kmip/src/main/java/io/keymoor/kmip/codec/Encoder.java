package io.keymoor.kmip.codec;

import io.keymoor.ttlv.TtlvWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Writes structures of one message, in the shape of one version. Not thread-safe. */
public final class Encoder {
  /** What to do about fields that the version doesn't have. */
  public enum Foreign {
    /** Refuse: a request without the field would mean something else. */
    REFUSE,
    /** Leave out: an older client must not be shown what its version doesn't know. */
    OMIT
  }

  private final TtlvWriter writer;
  private final ProtocolVersion version;
  private final Foreign foreign;
  private final Present present = new Present();
  private final Absent absent = new Absent();
  private @Nullable Object record;

  public Encoder(TtlvWriter writer, ProtocolVersion version, Foreign foreign) {
    this.writer = writer;
    this.version = version;
    this.foreign = foreign;
  }

  /** Where the items go. */
  public TtlvWriter writer() {
    return writer;
  }

  /** The version written. */
  public ProtocolVersion version() {
    return version;
  }

  /** Writes a structure. */
  @SuppressWarnings("unchecked") // The record is of the layout's type while the layout is asked.
  public <R> void structure(int tag, Layout<R> layout, R value) {
    Object outer = record;
    writer.start(tag);
    record = value;
    try {
      layout.of((Fields<R>) (Fields<?>) present);
    } finally {
      record = outer;
    }
    writer.end();
  }

  /** Refuses or leaves out, as this encoder was told, something the version can't say. */
  public void omit(int tag) {
    if (foreign == Foreign.REFUSE) {
      throw new InvalidKmip(
          InvalidKmip.Reason.NOT_IN_THIS_VERSION,
          tag,
          String.format("KMIP %s has no way to say the field 0x%06x", version, tag));
    }
  }

  private Object record() {
    if (record == null) {
      throw new IllegalStateException("no structure is being written");
    }
    return record;
  }

  /** Fields that this version has. */
  private final class Present implements Fields<Object> {
    @Override
    public ProtocolVersion version() {
      return version;
    }

    @Override
    public <T> T required(int tag, Type<T> type, Function<Object, T> of) {
      T value = of.apply(record());
      type.write(Encoder.this, tag, value);
      return value;
    }

    @Override
    public <T> Optional<T> optional(int tag, Type<T> type, Function<Object, Optional<T>> of) {
      Optional<T> value = of.apply(record());
      if (value.isPresent()) {
        type.write(Encoder.this, tag, value.get());
      }
      return value;
    }

    @Override
    public <T> List<T> repeated(int tag, Type<T> type, Function<Object, List<T>> of) {
      List<T> values = of.apply(record());
      for (int i = 0; i < values.size(); i++) {
        type.write(Encoder.this, tag, values.get(i));
      }
      return values;
    }

    @Override
    public int integer(int tag, ToIntFunction<Object> of) {
      int value = of.applyAsInt(record());
      writer.integer(tag, value);
      return value;
    }

    @Override
    public <T> T choice(Choice<T> choice, Function<Object, T> of) {
      T value = of.apply(record());
      choice.write(Encoder.this, value);
      return value;
    }

    @Override
    public Fields<Object> since(ProtocolVersion first) {
      return version.isAtLeast(first) ? this : absent;
    }

    @Override
    public Fields<Object> until(ProtocolVersion last) {
      return last.isAtLeast(version) ? this : absent;
    }
  }

  /** Fields that this version doesn't have. */
  private final class Absent implements Fields<Object> {
    @Override
    public ProtocolVersion version() {
      return version;
    }

    @Override
    public <T> T required(int tag, Type<T> type, Function<Object, T> of) {
      throw new IllegalStateException("a field of some versions only can't be required");
    }

    @Override
    public <T> Optional<T> optional(int tag, Type<T> type, Function<Object, Optional<T>> of) {
      Optional<T> value = of.apply(record());
      if (value.isPresent()) {
        omit(tag);
      }
      return value;
    }

    @Override
    public <T> List<T> repeated(int tag, Type<T> type, Function<Object, List<T>> of) {
      List<T> values = of.apply(record());
      if (!values.isEmpty()) {
        omit(tag);
      }
      return values;
    }

    @Override
    public int integer(int tag, ToIntFunction<Object> of) {
      throw new IllegalStateException("a field of some versions only can't be required");
    }

    @Override
    public <T> T choice(Choice<T> choice, Function<Object, T> of) {
      throw new IllegalStateException("a choice decides by the version itself");
    }

    @Override
    public Fields<Object> since(ProtocolVersion first) {
      return this;
    }

    @Override
    public Fields<Object> until(ProtocolVersion last) {
      return this;
    }
  }
}
