package io.keymoor.kmip.codec;

import io.keymoor.ttlv.TtlvReader;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads structures of one message. All its state is the cursor, so that one decoder serves every
 * structure inside another without an allocation. Not thread-safe.
 */
public final class Decoder {
  private static final int EXTENSIONS = 0x54;
  private static final int MOST_HEADER = 128;

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
  private @Nullable Object[] collected = new Object[16];
  private int collectedSize;
  private byte @Nullable [] frame;
  private final byte[] headerBytes = new byte[MOST_HEADER];
  private int headerLength;
  private @Nullable Object header;

  public Decoder(TtlvReader reader, Unknown unknown) {
    this.reader = reader;
    this.unknown = unknown;
  }

  /** The cursor. */
  public TtlvReader reader() {
    return reader;
  }

  /** Puts the decoder on another message. */
  public void begin(byte[] message, int from, int to) {
    version = ProtocolVersion.V1_0;
    forget(0);
    frame = message;
    reader.begin(message, from, to);
  }

  /** Lets go of the message; the version it spoke stays known. */
  public void drop() {
    frame = null;
    forget(0);
    reader.drop();
  }

  /**
   * Reads a message's header. On one connection header after header is the same to the byte; such a
   * one is not read again, and neither is what it holds made again.
   *
   * @param version the header's version
   * @param keepable whether it may be kept: not when it holds a password
   */
  @SuppressWarnings("unchecked") // The bytes begin with the tag, and a tag is of one type.
  public <R> R header(Type<R> type, Function<R, ProtocolVersion> version, Predicate<R> keepable) {
    byte[] bytes = frame;
    int from = reader.offset();
    int length = bytes == null ? 0 : reader.extent();
    Object known = header;
    if (bytes != null
        && known != null
        && length == headerLength
        && Arrays.equals(bytes, from, from + length, headerBytes, 0, length)) {
      reader.skip();
      speak(version.apply((R) known));
      return (R) known;
    }
    R read = type.read(this);
    if (bytes != null && length > 0 && length <= MOST_HEADER && keepable.test(read)) {
      System.arraycopy(bytes, from, headerBytes, 0, length);
      headerLength = length;
      header = read;
    }
    return read;
  }

  /** Where a list that is read item by item begins; for {@link #collected}. */
  public int mark() {
    return collectedSize;
  }

  /** Notes an item of the list being read; the lists inside it are done by then. */
  public void collect(Object item) {
    if (collectedSize == collected.length) {
      collected = Arrays.copyOf(collected, collectedSize * 2);
    }
    collected[collectedSize++] = item;
  }

  /** The list of the items noted since the mark, without a list made on the way. */
  @SuppressWarnings("unchecked") // What was noted since the mark is of the caller's one type.
  public <T> List<T> collected(int mark) {
    @Nullable Object[] all = collected;
    List<?> list =
        switch (collectedSize - mark) {
          case 0 -> List.of();
          case 1 -> List.of(item(all, mark));
          case 2 -> List.of(item(all, mark), item(all, mark + 1));
          case 3 -> List.of(item(all, mark), item(all, mark + 1), item(all, mark + 2));
          default -> List.of(Arrays.copyOfRange(all, mark, collectedSize));
        };
    forget(mark);
    return (List<T>) list;
  }

  private static Object item(@Nullable Object[] all, int index) {
    return Objects.requireNonNull(all[index]);
  }

  /** Drops what was noted since the mark; also for the way out after an exception. */
  public void forget(int mark) {
    Arrays.fill(collected, mark, collectedSize, null);
    collectedSize = mark;
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
      return tag() == tag ? type.readPresent(Decoder.this) : Optional.empty();
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
      int mark = mark();
      collect(first);
      do {
        collect(type.read(Decoder.this));
      } while (tag() == tag);
      return collected(mark);
    }

    @Override
    public int integer(int tag, ToIntFunction<Object> of) {
      require(tag);
      return reader.integer();
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
