package io.keymoor.kmip.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a vCenter sends, byte by byte: KMIP 1.1, item numbers after {@code QLKC}. */
class VcenterShapesTest {
  private static final String HEADER_OF_ONE =
      "420077 01 00000038"
          + " 420069 01 00000020"
          + " 42006A 02 00000004 00000001 00000000"
          + " 42006B 02 00000004 00000001 00000000"
          + " 42000D 02 00000004 00000001 00000000";
  private static final String ID_OF_ONE = " 420093 08 00000008 514C4B43 01000000";
  private static final String UID_A = " 420094 07 00000001 41 00000000000000";

  private record Shape(String name, String hex, RequestMessage message) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(
              "Discover Versions, without an item number",
              "420078 01 00000060 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000018"
                  + " 42005C 05 00000004 0000001E 00000000"
                  + " 420079 01 00000000",
              RequestMessage.of(ProtocolVersion.V1_1, new DiscoverVersions(List.of()))),
          new Shape(
              "Query of the server's information",
              "420078 01 00000080 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000038"
                  + " 42005C 05 00000004 00000018 00000000"
                  + ID_OF_ONE
                  + " 420079 01 00000010"
                  + " 420074 05 00000004 00000003 00000000",
              numbered(
                  new Query(List.of(QueryFunction.QUERY_SERVER_INFORMATION), Optional.empty()))),
          new Shape(
              "Create of a key for virtual machine encryption",
              "420078 01 00000130 "
                  + HEADER_OF_ONE
                  + " 42000F 01 000000E8"
                  + " 42005C 05 00000004 00000001 00000000"
                  + ID_OF_ONE
                  + " 420079 01 000000C0"
                  + " 420057 05 00000004 00000002 00000000"
                  + " 420091 01 000000A8"
                  + " 420008 01 00000030"
                  + " 42000A 07 00000017 43727970746F677261706869632041 6C676F726974686D 00"
                  + " 42000B 05 00000004 00000003 00000000"
                  + " 420008 01 00000030"
                  + " 42000A 07 00000018 43727970746F67726170686963205573616765204D61736B"
                  + " 42000B 02 00000004 0000000C 00000000"
                  + " 420008 01 00000030"
                  + " 42000A 07 00000014 43727970746F67726170686963204C656E677468 00000000"
                  + " 42000B 02 00000004 00000100 00000000",
              numbered(
                  new Create(
                      ObjectType.SYMMETRIC_KEY,
                      NewAttributes.of(
                          Attribute.of(
                              AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.AES),
                          Attribute.of(
                              AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK,
                              UsageMask.ENCRYPT | UsageMask.DECRYPT),
                          Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, 256)),
                      Optional.empty()))),
          new Shape(
              "Get of a key",
              "420078 01 00000080 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000038"
                  + " 42005C 05 00000004 0000000A 00000000"
                  + ID_OF_ONE
                  + " 420079 01 00000010"
                  + UID_A,
              numbered(
                  new Get(
                      ObjectId.of("A"),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty()))),
          new Shape(
              "Get Attributes of the state",
              "420078 01 00000090 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000048"
                  + " 42005C 05 00000004 0000000B 00000000"
                  + ID_OF_ONE
                  + " 420079 01 00000020"
                  + UID_A
                  + " 42000A 07 00000005 5374617465 000000",
              numbered(new GetAttributes(ObjectId.of("A"), List.of(AttributeTypes.STATE)))),
          new Shape(
              "Get Attributes of a tag",
              "420078 01 00000098 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000050"
                  + " 42005C 05 00000004 0000000B 00000000"
                  + ID_OF_ONE
                  + " 420079 01 00000028"
                  + UID_A
                  + " 42000A 07 00000009 782D50726F64756374 00000000000000",
              numbered(
                  new GetAttributes(ObjectId.of("A"), List.of(AttributeType.custom("x-Product"))))),
          new Shape(
              "Activate",
              "420078 01 00000080 "
                  + HEADER_OF_ONE
                  + " 42000F 01 00000038"
                  + " 42005C 05 00000004 00000012 00000000"
                  + ID_OF_ONE
                  + " 420079 01 00000010"
                  + UID_A,
              numbered(new Activate(ObjectId.of("A")))));

  private static RequestMessage numbered(Request<?> request) {
    return new RequestMessage(
        RequestHeader.of(ProtocolVersion.V1_1, 1),
        List.of(RequestItem.of(request, ByteString.ofHex("514c4b4301000000"))));
  }

  @TestFactory
  Stream<DynamicTest> everyShapeIsReadAndWrittenAsItIs() {
    return SHAPES.stream()
        .map(shape ->
            DynamicTest.dynamicTest(
                shape.name(),
                () -> {
                  byte[] frame = hex(shape.hex());
                  assertThat(Messages.decodeRequest(Encoding.BINARY, frame, Limits.DEFAULT))
                      .isEqualTo(shape.message());
                  assertThat(Messages.encode(Encoding.BINARY, shape.message())).isEqualTo(frame);
                }));
  }

  @Test
  void aBatchOfTagsKeepsItsNumbers() {
    RequestMessage message =
        new RequestMessage(
            RequestHeader.of(ProtocolVersion.V1_1, 3),
            Stream.of("x-Product_Version", "x-Vendor", "x-Product")
                .map(name -> new AddAttribute(ObjectId.of("A"), Attribute.custom(name, "V")))
                .map(add -> RequestItem.of(add, ByteString.ofHex("514c4b4301000000")))
                .toList());
    byte[] frame = Messages.encode(Encoding.BINARY, message);
    assertThat(HexFormat.of().formatHex(frame))
        .contains(
            hexOf(
                "42005C 05 00000004 0000000D 00000000"
                    + ID_OF_ONE
                    + " 420079 01 00000038"
                    + UID_A
                    + " 420008 01 00000020"
                    + " 42000A 07 00000008 782D56656E646F72"
                    + " 42000B 07 00000001 56 00000000000000"));
    assertThat(Messages.decodeRequest(Encoding.BINARY, frame, Limits.DEFAULT)).isEqualTo(message);
  }

  @Test
  void anItemThatCantBeReadFailsAloneAndKeepsItsNumber() {
    String broken =
        " 42000F 01 00000038"
            + " 42005C 05 00000004 00000012 00000000"
            + ID_OF_ONE
            + " 420079 01 00000010"
            + " 420094 02 00000004 00000001 00000000";
    String sound =
        " 42000F 01 00000028"
            + " 42005C 05 00000004 00000012 00000000"
            + " 420079 01 00000010"
            + UID_A;
    byte[] frame =
        hex(
            "420078 01 000000B0 "
                + HEADER_OF_ONE.replaceAll(
                    "42000D 02 00000004 00000001", "42000D 02 00000004 00000002")
                + broken
                + sound);
    RequestMessage message = Messages.decodeRequest(Encoding.BINARY, frame, Limits.DEFAULT);
    assertThat(message.items()).hasSize(2);
    assertThat(message.items().getFirst())
        .isInstanceOfSatisfying(
            RequestItem.Malformed.class,
            item -> {
              assertThat(item.reason()).isEqualTo(ResultReason.INVALID_MESSAGE);
              assertThat(item.operation()).contains(Operation.ACTIVATE);
              assertThat(item.id()).contains(ByteString.ofHex("514c4b4301000000"));
            });
    assertThat(message.items().getLast()).isEqualTo(RequestItem.of(new Activate(ObjectId.of("A"))));
  }

  @Test
  void aBatchItemThatIsNoStructureFailsAlone() {
    byte[] frame =
        hex("420078 01 00000050 " + HEADER_OF_ONE + " 42000F 02 00000004 00000001 00000000");
    assertThat(Messages.decodeRequest(Encoding.BINARY, frame, Limits.DEFAULT).items())
        .singleElement()
        .isInstanceOf(RequestItem.Malformed.class);
  }

  @Test
  void aFieldOfANewerVersionMakesItsItemMalformed() {
    byte[] frame =
        hex(
            "420078 01 00000090 "
                + HEADER_OF_ONE
                + " 42000F 01 00000048"
                + " 42005C 05 00000004 0000000A 00000000"
                + ID_OF_ONE
                + " 420079 01 00000020"
                + UID_A
                // Key Wrap Type came with 1.4, and this is 1.1.
                + " 4200F8 05 00000004 00000001 00000000");
    assertThat(Messages.decodeRequest(Encoding.BINARY, frame, Limits.DEFAULT).items().getFirst())
        .isInstanceOf(RequestItem.Malformed.class);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static String hexOf(String text) {
    return text.replace(" ", "").toLowerCase(Locale.ROOT);
  }
}
