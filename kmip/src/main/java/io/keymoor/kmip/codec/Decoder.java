package io.keymoor.kmip.codec;

import io.keymoor.ttlv.TtlvReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Reads structures of one message. All its state is the cursor, so that one decoder serves every
 * structure inside another without an allocation. Not thread-safe.
 */
public final class Decoder {
  private static final int EXTENSIONS = 0x54;

  /** What to do about fields that the structure doesn't have. */
  public enum Unknown {
    /** Refuse: what a server would ignore, its client may rely on. */
    REFUSE,
    /** Pass over: what a newer server adds, an older client can do without. */
    SKIP
  }

  private final TtlvReader reader;
  private final Unknown unknown;
  private final Present present = new Present();
  private final Absent absent = new Absent();
  private ProtocolVersion version = ProtocolVersion.V1_0;

  public Decoder(TtlvReader reader, Unknown unknown) {
    this.reader = reader;
    this.unknown = unknown;
  }

  /** The cursor. */
  public TtlvReader reader() {
    return reader;
  }

  /** The version in whose shape the message is; 1.0 until its header was read. */
  public ProtocolVersion version() {
    return version;
  }

  /** Sets the version, once the header said it. */
  public void speak(ProtocolVersion spoken) {
    version = spoken;
  }

  /** The tag of the next item that is not a vendor's extension. */
  public int tag() {
    while (reader.tag() >>> 16 == EXTENSIONS) {
      reader.skip();
    }
    return reader.tag();
  }

  /** Reads a structure. */
  @SuppressWarnings("unchecked") // Present keeps nothing of the record's type.
  public <R> R structure(Layout<R> layout) {
    reader.enter();
    R record = layout.of((Fields<R>) (Fields<?>) present);
    end();
    return record;
  }

  /** Leaves a structure; nothing may be left in it. */
  public void end() {
    int left = tag();
    if (left != TtlvReader.END) {
      if (unknown == Unknown.REFUSE) {
        throw new InvalidKmip(
            InvalidKmip.Reason.UNEXPECTED_FIELD,
            left,
            String.format("the field 0x%06x has no place here in KMIP %s", left, version));
      }
      reader.leaveTo(reader.depth() - 1);
    } else {
      reader.leave();
    }
  }

  /** Moves to a field that must be there. */
  public void require(int tag) {
    while (tag() != tag) {
      if (unknown == Unknown.REFUSE || reader.tag() == TtlvReader.END) {
        throw new InvalidKmip(
            InvalidKmip.Reason.MISSING_FIELD,
            tag,
            String.format("the field 0x%06x is missing, or not in its place", tag));
      }
      reader.skip();
    }
  }

  /** Fields that this version has. */
  private final class Present implements Fields<Object> {
    @Override
    public ProtocolVersion version() {
      return version;
    }

    @Override
    public <T> T required(int tag, Type<T> type, Function<Object, T> of) {
      require(tag);
      return type.read(Decoder.this);
    }

    @Override
    public <T> Optional<T> optional(int tag, Type<T> type, Function<Object, Optional<T>> of) {
      return tag() == tag ? Optional.of(type.read(Decoder.this)) : Optional.empty();
    }

    @Override
    public <T> List<T> repeated(int tag, Type<T> type, Function<Object, List<T>> of) {
      if (tag() != tag) {
        return List.of();
      }
      T first = type.read(Decoder.this);
      if (tag() != tag) {
        return List.of(first);
      }
      List<T> list = new ArrayList<>();
      list.add(first);
      do {
        list.add(type.read(Decoder.this));
      } while (tag() == tag);
      return List.copyOf(list);
    }

    @Override
    public int integer(int tag, ToIntFunction<Object> of) {
      require(tag);
      return reader.integer();
    }

    @Override
    public boolean flag(int tag, Predicate<Object> of) {
      return tag() == tag && reader.bool();
    }

    @Override
    public <T> T choice(Choice<T> choice, Function<Object, T> of) {
      return choice.read(Decoder.this);
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

  /** Fields that this version doesn't have: never there, so that what stands there is refused. */
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
      return Optional.empty();
    }

    @Override
    public <T> List<T> repeated(int tag, Type<T> type, Function<Object, List<T>> of) {
      return List.of();
    }

    @Override
    public int integer(int tag, ToIntFunction<Object> of) {
      throw new IllegalStateException("a field of some versions only can't be required");
    }

    @Override
    public boolean flag(int tag, Predicate<Object> of) {
      return false;
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
