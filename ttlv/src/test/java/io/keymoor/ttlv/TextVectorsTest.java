package io.keymoor.ttlv;

import static io.keymoor.ttlv.BinaryVectorsTest.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** XML and JSON, literally. */
class TextVectorsTest {
  private static final int TAG = TestNames.VALUE;
  private static final TestNames NAMES = new TestNames();

  private record Vector(Encoding encoding, String text, Ttlv item, boolean written) {}

  private static Vector xml(String text, Ttlv item) {
    return new Vector(Encoding.XML, text, item, true);
  }

  private static Vector xmlRead(String text, Ttlv item) {
    return new Vector(Encoding.XML, text, item, false);
  }

  private static Vector json(String text, Ttlv item) {
    return new Vector(Encoding.JSON, text, item, true);
  }

  private static Vector jsonRead(String text, Ttlv item) {
    return new Vector(Encoding.JSON, text, item, false);
  }

  private static final List<Vector> VECTORS =
      List.of(
          xml("<Value type=\"Integer\" value=\"-5\"/>", new Ttlv.Int(TAG, -5)),
          xmlRead("<Value type='Integer' value='0x0000000c' />", new Ttlv.Int(TAG, 12)),
          xmlRead(
              "<Mask type=\"Integer\" value=\"Decrypt Encrypt\"/>",
              new Ttlv.Int(TestNames.MASK, 12)),
          xmlRead(
              "<Mask type=\"Integer\" value=\"Encrypt 0x80000000\"/>",
              new Ttlv.Int(TestNames.MASK, 0x8000_0004)),
          xml("<Value type=\"LongInteger\" value=\"9007199254740993\"/>", longInt()),
          xml(
              "<Value type=\"BigInteger\" value=\"00000000000000ff\"/>",
              new Ttlv.BigInt(TAG, BigInteger.valueOf(255))),
          xml(
              "<Value type=\"BigInteger\" value=\"ffffffffffffff01\"/>",
              new Ttlv.BigInt(TAG, BigInteger.valueOf(-255))),
          xml("<Algorithm type=\"Enumeration\" value=\"AES\"/>", algorithm(3)),
          xml("<Algorithm type=\"Enumeration\" value=\"0x80000001\"/>", algorithm(0x8000_0001)),
          xml("<Value type=\"Boolean\" value=\"true\"/>", new Ttlv.Bool(TAG, true)),
          xml(
              "<Value type=\"TextString\" value=\"a&lt;&amp;&quot;&#10;é\"/>",
              new Ttlv.Text(TAG, "a<&\"\né")),
          xmlRead("<Value type=\"TextString\" value=\"a\tb&#x41;\"/>", new Ttlv.Text(TAG, "a bA")),
          xml(
              "<Value type=\"ByteString\" value=\"00ff\"/>",
              new Ttlv.Bytes(TAG, new byte[] {0, -1})),
          xml(
              "<Value type=\"DateTime\" value=\"2008-03-14T11:56:40Z\"/>",
              new Ttlv.DateTime(TAG, 1205495800L)),
          xmlRead(
              "<Value type=\"DateTime\" value=\"2008-03-14T12:56:40+01:00\"/>",
              new Ttlv.DateTime(TAG, 1205495800L)),
          xml("<Value type=\"Interval\" value=\"4294967295\"/>", interval()),
          xml(
              "<Value type=\"DateTimeExtended\" value=\"0x0004489efb2e7ac0\"/>",
              new Ttlv.DateTimeExtended(TAG, 0x0004489efb2e7ac0L)),
          xml("<TTLV tag=\"0x540001\" type=\"Integer\" value=\"1\"/>", new Ttlv.Int(0x540001, 1)),
          xml("<Thing><Value type=\"Integer\" value=\"1\"/><Thing></Thing></Thing>", structure()),
          xmlRead(
              "<?xml version=\"1.0\"?><!-- c --><k:Thing xmlns:k=\"urn:x\" type=\"Structure\"> "
                  + "<Value type=\"Integer\" value=\"1\"></Value>\n<!-- d --><Thing/></k:Thing> ",
              structure()),
          json("{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":-5}", new Ttlv.Int(TAG, -5)),
          jsonRead(
              "{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":\"0x0c\"}", new Ttlv.Int(TAG, 12)),
          jsonRead(
              "{\"tag\":\"Mask\",\"type\":\"Integer\",\"value\":\"Decrypt|Encrypt\"}",
              new Ttlv.Int(TestNames.MASK, 12)),
          json(
              "{\"tag\":\"Value\",\"type\":\"LongInteger\",\"value\":\"0x0020000000000001\"}",
              longInt()),
          json(
              "{\"tag\":\"Value\",\"type\":\"BigInteger\",\"value\":\"0x00000000000000ff\"}",
              new Ttlv.BigInt(TAG, BigInteger.valueOf(255))),
          json("{\"tag\":\"Algorithm\",\"type\":\"Enumeration\",\"value\":\"AES\"}", algorithm(3)),
          json(
              "{\"tag\":\"Value\",\"type\":\"Boolean\",\"value\":false}",
              new Ttlv.Bool(TAG, false)),
          json(
              "{\"tag\":\"Value\",\"type\":\"TextString\",\"value\":\"a\\\"\\\\\\u000aé\"}",
              new Ttlv.Text(TAG, "a\"\\\né")),
          jsonRead(
              "{\"value\" : \"\\ud83d\\udd11\\/\\t\" , \"type\":\"TextString\",\"tag\":\"0x420021\"}",
              new Ttlv.Text(TAG, "\uD83D\uDD11/\t")),
          json("{\"tag\":\"Value\",\"type\":\"Interval\",\"value\":4294967295}", interval()),
          json(
              "{\"tag\":\"Thing\",\"value\":[{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":1},"
                  + "{\"tag\":\"Thing\",\"value\":[]}]}",
              structure()));

  private static Ttlv longInt() {
    return new Ttlv.LongInt(TAG, 9007199254740993L);
  }

  private static Ttlv interval() {
    return new Ttlv.Interval(TAG, 0xffff_ffffL);
  }

  private static Ttlv algorithm(int value) {
    return new Ttlv.Enumeration(TestNames.ALGORITHM, value);
  }

  private static Ttlv structure() {
    return new Ttlv.Structure(
        TestNames.STRUCTURE,
        List.of(new Ttlv.Int(TAG, 1), new Ttlv.Structure(TestNames.STRUCTURE, List.of())));
  }

  @TestFactory
  Stream<DynamicTest> everyVectorIsReadAndWritten() {
    return VECTORS.stream()
        .map(vector ->
            DynamicTest.dynamicTest(
                vector.text(),
                () -> {
                  assertThat(read(vector.encoding(), vector.text())).isEqualTo(vector.item());
                  if (vector.written()) {
                    assertThat(write(vector.encoding(), vector.item())).isEqualTo(vector.text());
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> brokenXmlIsRefused() {
    return Stream.of(
            "",
            "<Value",
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Thing/>",
            "<Thing></Value>",
            "<Thing/><Thing/>",
            "<Unknown/>",
            "<Thing>text</Thing>",
            "<Value type=\"Integer\" value=\"2147483648\"/>",
            "<Value type=\"Integer\" value=\"1\" value=\"2\"/>",
            "<Value type=\"Integer\" value=\"1\" other=\"2\"/>",
            "<Value type=\"Integer\"/>",
            "<Value type=\"Float\" value=\"1\"/>",
            "<Value type=\"TextString\" value=\"&unknown;\"/>",
            "<Value type=\"TextString\" value=\"&#0;\"/>",
            "<Value type=\"TextString\" value=\"a<b\"/>",
            "<Value type=\"ByteString\" value=\"0\"/>",
            "<Value type=\"ByteString\" value=\"0g\"/>",
            "<Value type=\"Boolean\" value=\"yes\"/>",
            "<Value type=\"Interval\" value=\"-1\"/>",
            "<Value type=\"DateTime\" value=\"yesterday\"/>",
            "<Algorithm type=\"Enumeration\" value=\"ROT13\"/>",
            "<Thing><![CDATA[x]]></Thing>")
        .map(text -> refused(Encoding.XML, text));
  }

  @TestFactory
  Stream<DynamicTest> brokenJsonIsRefused() {
    return Stream.of(
            "",
            "{",
            "[]",
            "{\"tag\":\"Thing\"}",
            "{\"tag\":\"Thing\",\"value\":[],}",
            "{\"tag\":\"Thing\",\"value\":[]}{}",
            "{\"tag\":\"Thing\",\"value\":[],\"value\":[]}",
            "{\"tag\":\"Thing\",\"value\":1}",
            "{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":[]}",
            "{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":null}",
            "{\"tag\":\"Value\",\"type\":\"Integer\",\"value\":1.5}",
            "{\"tag\":\"Value\",\"type\":\"TextString\",\"value\":\"\\ud83d\"}",
            "{\"tag\":\"Value\",\"type\":\"TextString\",\"value\":\"\\x\"}",
            "{\"tag\":\"Value\",\"type\":\"TextString\",\"value\":\"a\nb\"}",
            "{\"tag\":\"Value\",\"type\":\"TextString\",\"value\":\"open}",
            "{\"tag\":\"0x000000\",\"value\":[]}",
            "{\"tag\":\"Thing\",\"colour\":\"red\",\"value\":[]}")
        .map(text -> refused(Encoding.JSON, text));
  }

  private static DynamicTest refused(Encoding encoding, String text) {
    return DynamicTest.dynamicTest(
        "refused: " + text,
        () -> assertThatThrownBy(() -> read(encoding, text)).isInstanceOf(MalformedTtlv.class));
  }

  private static Ttlv read(Encoding encoding, String text) {
    return Ttlv.read(encoding.reader(ascii(text), NAMES, Limits.DEFAULT));
  }

  private static String write(Encoding encoding, Ttlv item) {
    try (TtlvWriter out = encoding.writer(NAMES)) {
      item.write(out);
      return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }
  }
}
