package io.keymoor.ttlv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Literal bytes, split at the borders of tag, type, length and value. */
class BinaryVectorsTest {
  private static final int TAG = 0x420020;

  private record Vector(String hex, Ttlv item) {}

  /** The examples of KMIP 1.4 section 9.1.2, and the corners of each type. */
  private static final List<Vector> VECTORS =
      List.of(
          new Vector("420020 02 00000004 00000008 00000000", new Ttlv.Int(TAG, 8)),
          new Vector("420020 02 00000004 80000000 00000000", new Ttlv.Int(TAG, Integer.MIN_VALUE)),
          new Vector(
              "420020 03 00000008 01B69B4BA5749200", new Ttlv.LongInt(TAG, 123456789000000000L)),
          new Vector("420020 03 00000008 FFFFFFFFFFFFFFFF", new Ttlv.LongInt(TAG, -1)),
          new Vector(
              "420020 04 00000010 00000000 03FD35EB 6BC2DF46 18080000",
              new Ttlv.BigInt(TAG, new BigInteger("1234567890000000000000000000"))),
          new Vector(
              "420020 04 00000008 FFFFFFFFFFFFFFFF", new Ttlv.BigInt(TAG, BigInteger.valueOf(-1))),
          new Vector("420020 04 00000008 0000000000000000", new Ttlv.BigInt(TAG, BigInteger.ZERO)),
          new Vector("420020 05 00000004 000000FF 00000000", new Ttlv.Enumeration(TAG, 255)),
          new Vector(
              "420020 05 00000004 FFFFFFFF 00000000", new Ttlv.Enumeration(TAG, 0xffff_ffff)),
          new Vector("420020 06 00000008 0000000000000001", new Ttlv.Bool(TAG, true)),
          new Vector("420020 06 00000008 0000000000000000", new Ttlv.Bool(TAG, false)),
          new Vector(
              "420020 07 0000000B 48656C6C6F20576F 726C640000000000",
              new Ttlv.Text(TAG, "Hello World")),
          new Vector("420020 07 00000000", new Ttlv.Text(TAG, "")),
          new Vector("420020 07 00000008 4142434445464748", new Ttlv.Text(TAG, "ABCDEFGH")),
          new Vector("420020 07 00000004 F09F9491 00000000", new Ttlv.Text(TAG, "\uD83D\uDD11")),
          new Vector(
              "420020 08 00000003 010203 0000000000", new Ttlv.Bytes(TAG, new byte[] {1, 2, 3})),
          new Vector("420020 08 00000000", new Ttlv.Bytes(TAG, new byte[0])),
          new Vector("420020 09 00000008 0000000047DA67F8", new Ttlv.DateTime(TAG, 1205495800L)),
          new Vector("420020 09 00000008 FFFFFFFFFFFFFFFF", new Ttlv.DateTime(TAG, -1)),
          new Vector("420020 0A 00000004 000D2F00 00000000", new Ttlv.Interval(TAG, 864000)),
          new Vector("420020 0A 00000004 FFFFFFFF 00000000", new Ttlv.Interval(TAG, 0xffffffffL)),
          new Vector(
              "420020 0B 00000008 0004489EFB2E7AC0",
              new Ttlv.DateTimeExtended(TAG, 0x0004489EFB2E7AC0L)),
          new Vector("420020 01 00000000", new Ttlv.Structure(TAG, List.of())),
          new Vector(
              "420020 01 00000020"
                  + " 420004 05 00000004 000000FE 00000000"
                  + " 420005 02 00000004 000000FF 00000000",
              new Ttlv.Structure(
                  TAG, List.of(new Ttlv.Enumeration(0x420004, 254), new Ttlv.Int(0x420005, 255)))));

  @TestFactory
  Stream<DynamicTest> everyVectorIsReadAndWritten() {
    return VECTORS.stream()
        .map(vector ->
            DynamicTest.dynamicTest(
                vector.hex(),
                () -> {
                  byte[] bytes = hex(vector.hex());
                  assertThat(read(bytes)).isEqualTo(vector.item());
                  assertThat(write(vector.item())).isEqualTo(bytes);
                }));
  }

  private record Refused(
      String what, String hex, Consumer<TtlvReader> read, MalformedTtlv.Reason reason) {}

  private static final List<Refused> REFUSED =
      List.of(
          refused("header cut short", "420020 02 000000", MalformedTtlv.Reason.TRUNCATED),
          refused("value cut short", "420020 08 00000008 01020304", MalformedTtlv.Reason.TRUNCATED),
          refused(
              "padding cut short", "420020 08 00000004 01020304", MalformedTtlv.Reason.TRUNCATED),
          refused("padding not zero", "420020 02 00000004 00000001 00000001", bad()),
          refused("length of 2^31", "420020 08 80000000", MalformedTtlv.Reason.TRUNCATED),
          refused("length of 2^32-1", "420020 07 FFFFFFFF", MalformedTtlv.Reason.TRUNCATED),
          refused("type 0", "420020 00 00000000", bad()),
          refused("type 12", "420020 0C 00000000", bad()),
          refused("tag 0", "000000 02 00000004 00000001 00000000", bad()),
          refused("integer of 8 bytes", "420020 02 00000008 0000000000000001", bad()),
          refused("long of 4 bytes", "420020 03 00000004 00000001 00000000", bad()),
          refused("boolean of 2", "420020 06 00000008 0000000000000002", bad()),
          refused("boolean with a high bit", "420020 06 00000008 8000000000000001", bad()),
          refused("big integer of 4 bytes", "420020 04 00000004 00000001 00000000", bad()),
          refused("big integer of 0 bytes", "420020 04 00000000", bad()),
          refused("structure of 4 bytes", "420020 01 00000004 00000000 00000000", bad()),
          refused("text that is not UTF-8", "420020 07 00000002 C328 000000000000", bad()),
          refused("overlong UTF-8", "420020 07 00000002 C080 000000000000", bad()),
          refused(
              "child beyond its parent",
              "420020 01 00000010 420004 08 00000010 0102030405060708 0102030405060708",
              MalformedTtlv.Reason.TRUNCATED),
          new Refused(
              "an integer read as enumeration",
              "420020 02 00000004 00000001 00000000",
              in -> in.enumeration(TAG),
              MalformedTtlv.Reason.WRONG_TYPE));

  private static Refused refused(String what, String hex, MalformedTtlv.Reason reason) {
    return new Refused(what, hex, Ttlv::read, reason);
  }

  private static MalformedTtlv.Reason bad() {
    return MalformedTtlv.Reason.BAD_ENCODING;
  }

  @TestFactory
  Stream<DynamicTest> everyBrokenVectorIsRefused() {
    return REFUSED.stream()
        .map(refused ->
            DynamicTest.dynamicTest(
                refused.what(),
                () ->
                    assertThatThrownBy(() ->
                            refused
                                .read()
                                .accept(
                                    Encoding.BINARY.reader(
                                        hex(refused.hex()), Names.NONE, Limits.DEFAULT)))
                        .isInstanceOfSatisfying(
                            MalformedTtlv.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(refused.reason()))));
  }

  @Test
  void aCursorFindsItsWayOnBehindAMalformedItem() {
    byte[] frame =
        hex(
            "420020 01 00000028"
                + " 420021 01 00000010 420022 02 00000008 0000000000000000"
                + " 420023 02 00000004 00000007 00000000");
    TtlvReader in = Encoding.BINARY.reader(frame, Names.NONE, Limits.DEFAULT);
    in.enter();
    assertThatThrownBy(in::enter).isInstanceOf(MalformedTtlv.class);
    in.leaveTo(1);
    assertThat(in.tag()).isEqualTo(0x420023);
    assertThat(in.integer()).isEqualTo(7);
    in.leave();
    assertThat(in.tag()).isEqualTo(TtlvReader.END);
  }

  @Test
  void aBrokenItemIsNeverPassedOver() {
    byte[] frame =
        hex(
            "420020 01 00000020"
                + " 420021 01 00000008 420022 01 00000000"
                + " 420023 02 FFFFFFF0 0000000000000000");
    TtlvReader in = Encoding.BINARY.reader(frame, Names.NONE, Limits.DEFAULT);
    in.enter();
    in.enter();
    in.skip();
    assertThatThrownBy(in::leave).isInstanceOf(MalformedTtlv.class);
    assertThat(in.depth()).isEqualTo(1);
    assertThatThrownBy(in::skip).isInstanceOf(MalformedTtlv.class);
    assertThatThrownBy(in::enter).isInstanceOf(MalformedTtlv.class);
    in.leaveTo(0);
    assertThat(in.tag()).isEqualTo(TtlvReader.END);
  }

  @Test
  void leavingAStructureThatWasNotReadToItsEndIsRefused() {
    byte[] frame = hex("420020 01 00000010 420023 02 00000004 00000007 00000000");
    TtlvReader in = Encoding.BINARY.reader(frame, Names.NONE, Limits.DEFAULT);
    in.enter();
    assertThatThrownBy(in::leave)
        .isInstanceOf(MalformedTtlv.class)
        .hasMessageContaining("0x420023");
  }

  @Test
  void namesAreFoundWithoutATextBeingMade() {
    Lexicon<Integer> table = new Lexicon<>(Map.of("State", 1, "Name", 2));
    byte[] frame = hex("420020 07 00000005 5374617465 000000");
    TtlvReader in = Encoding.BINARY.reader(frame, Names.NONE, Limits.DEFAULT);
    assertThat(in.textIn(table)).contains(1);
    assertThat(in.tag()).isEqualTo(TtlvReader.END);
    TtlvReader unknown =
        Encoding.BINARY.reader(write(new Ttlv.Text(TAG, "Stale")), Names.NONE, Limits.DEFAULT);
    assertThat(unknown.textIn(table)).isEmpty();
    assertThat(unknown.text()).isEqualTo("Stale");
  }

  @Test
  void whatIsWrittenCanBeTakenBack() {
    try (TtlvWriter out = Encoding.BINARY.writer(Names.NONE)) {
      out.start(TAG);
      int before = out.size();
      out.start(0x420021);
      out.text(0x420022, "forgotten");
      out.truncate(before);
      out.integer(0x420023, 1);
      out.end();
      assertThat(out.toByteArray())
          .isEqualTo(hex("420020 01 00000010 420023 02 00000004 00000001 00000000"));
      out.reset();
      out.writeTo((buffer, offset, length) -> {
        assertThat(length).isZero();
        assertThat(buffer).containsOnly(0);
      });
    }
  }

  static Ttlv read(byte[] frame) {
    TtlvReader in = Encoding.BINARY.reader(frame, Names.NONE, Limits.DEFAULT);
    Ttlv item = Ttlv.read(in);
    assertThat(in.tag()).isEqualTo(TtlvReader.END);
    return item;
  }

  static byte[] write(Ttlv item) {
    try (TtlvWriter out = Encoding.BINARY.writer(Names.NONE)) {
      item.write(out);
      return out.toByteArray();
    }
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
