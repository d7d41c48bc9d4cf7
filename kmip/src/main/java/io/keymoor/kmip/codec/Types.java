package io.keymoor.kmip.codec;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Ttlv;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The types that are no structures and no enumerations. */
public final class Types {
  public static final Type<String> TEXT =
      of(in -> in.reader().text(), (out, tag, value) -> out.writer().text(tag, value));
  public static final Type<Integer> INTEGER = new BoxedInteger();
  public static final Type<Long> LONG =
      of(
          in -> in.reader().longInteger(),
          (out, tag, value) -> out.writer().longInteger(tag, value));
  public static final Type<BigInteger> BIG_INTEGER =
      of(in -> in.reader().bigInteger(), (out, tag, value) -> out.writer().bigInteger(tag, value));
  public static final Type<Boolean> BOOLEAN =
      of(in -> in.reader().bool(), (out, tag, value) -> out.writer().bool(tag, value));
  public static final Type<ByteString> BYTES =
      of(
          in -> ByteString.owning(in.reader().bytes()),
          (out, tag, value) -> out.writer().bytes(tag, value.shared()));

  /** Bytes that are key material. */
  public static final Type<SecretBytes> SECRET =
      of(
          in -> in.reader().bytes(SecretBytes::copyOf),
          (out, tag, value) -> clear(value, bytes -> out.writer().bytes(tag, bytes)));

  /** A text that is a password, as UTF-8. */
  public static final Type<SecretBytes> SECRET_TEXT =
      of(
          in -> SecretBytes.takeOver(in.reader().textBytes()),
          (out, tag, value) -> clear(value, bytes -> out.writer().text(tag, bytes)));

  /** An integer that is key material, as big-endian two's complement. */
  public static final Type<SecretBytes> SECRET_BIG_INTEGER =
      of(
          in -> SecretBytes.takeOver(in.reader().bigIntegerBytes()),
          (out, tag, value) -> clear(value, bytes -> out.writer().bigInteger(tag, bytes)));

  /** Seconds. */
  public static final Type<Instant> DATE_TIME = of(Types::readTime, Types::writeTime);

  /** Microseconds. */
  public static final Type<Instant> DATE_TIME_EXTENDED =
      of(
          in -> {
            long microseconds = in.reader().dateTimeExtended();
            return Instant.ofEpochSecond(
                Math.floorDiv(microseconds, 1_000_000L),
                Math.floorMod(microseconds, 1_000_000L) * 1_000L);
          },
          (out, tag, value) ->
              out.writer()
                  .dateTimeExtended(
                      tag, value.getEpochSecond() * 1_000_000L + value.getNano() / 1_000));

  /** Whole seconds, 0 to 2^32-1. */
  public static final Type<Duration> INTERVAL =
      of(
          in -> Duration.ofSeconds(in.reader().interval()),
          (out, tag, value) -> out.writer().interval(tag, value.toSeconds()));

  /** Whatever stands there. */
  public static final Type<Ttlv> ANY =
      of(in -> Ttlv.read(in.reader()), (out, tag, value) -> value.withTag(tag).write(out.writer()));

  private Types() {}

  /** An integer whose bits have the names of {@code maskTag}. */
  public static Type<Integer> mask(int maskTag) {
    return of(
        in -> in.reader().mask(maskTag),
        (out, tag, value) -> out.writer().mask(tag, maskTag, value));
  }

  /** A type of two functions. */
  public static <T> Type<T> of(Function<Decoder, T> reader, Write<T> writer) {
    return new Type<>() {
      @Override
      public T read(Decoder in) {
        return reader.apply(in);
      }

      @Override
      public void write(Encoder out, int tag, T value) {
        writer.write(out, tag, value);
      }
    };
  }

  /** A type that stands on the wire as another one. */
  public static <T, W> Type<T> as(Type<W> wire, Function<W, T> read, Function<T, W> write) {
    return of(
        in -> read.apply(wire.read(in)),
        (out, tag, value) -> wire.write(out, tag, write.apply(value)));
  }

  /** Writes an item. */
  @FunctionalInterface
  public interface Write<T> {
    void write(Encoder out, int tag, T value);
  }

  /** Key lengths in bits stand in most messages; the JDK keeps boxes up to 127 only. */
  private static final class BoxedInteger implements Type<Integer> {
    private static final List<Optional<Integer>> LENGTHS =
        IntStream.range(0, 65).mapToObj(words -> Optional.of(words * 64)).toList();

    @Override
    public Integer read(Decoder in) {
      return readPresent(in).orElseThrow();
    }

    @Override
    public Optional<Integer> readPresent(Decoder in) {
      int value = in.reader().integer();
      return (value & 63) == 0 && value >= 0 && value <= 4096
          ? LENGTHS.get(value >> 6)
          : Optional.of(value);
    }

    @Override
    public void write(Encoder out, int tag, Integer value) {
      out.writer().integer(tag, value);
    }
  }

  private static void clear(SecretBytes secret, ClearBytes.User<RuntimeException> user) {
    ClearBytes.use(secret, user);
  }

  /** The longest times that Instant holds; beyond them lies nonsense that must not throw. */
  private static Instant readTime(Decoder in) {
    long seconds = in.reader().dateTime();
    return Instant.ofEpochSecond(
        Math.clamp(seconds, Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()));
  }

  private static void writeTime(Encoder out, int tag, Instant value) {
    out.writer().dateTime(tag, value.getEpochSecond());
  }
}
