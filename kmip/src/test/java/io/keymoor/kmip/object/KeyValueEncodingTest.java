package io.keymoor.kmip.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.EncodingOption;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyValueEncodingTest {
  private static SecretBytes secret(String hex) {
    return SecretBytes.takeOver(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static KeyValue.Plain key() {
    return new KeyValue.Plain(new KeyMaterial.Encoded(secret("000102030405060708090a0b0c0d0e0f")));
  }

  @Test
  void withoutEncodingOnlyTheMaterialIsWrapped() {
    SecretBytes bytes =
        KeyValueEncoding.toWrap(
            key(), KeyFormatType.RAW, EncodingOption.NO_ENCODING, ProtocolVersion.V1_4);
    assertThat(bytes).isEqualTo(secret("000102030405060708090a0b0c0d0e0f"));
  }

  @Test
  void withTtlvTheWholeStructureIsWrapped() {
    SecretBytes bytes =
        KeyValueEncoding.toWrap(
            key(), KeyFormatType.RAW, EncodingOption.TTLV_ENCODING, ProtocolVersion.V1_4);
    assertThat(bytes)
        .isEqualTo(
            secret("420045 01 00000018 420043 08 00000010 000102030405060708090a0b0c0d0e0f"));
  }

  @Test
  void whatWasWrappedIsReadBackWithItsAttributes() {
    KeyValue.Plain value =
        new KeyValue.Plain(
            key().material(),
            Attributes.of(
                Attribute.of(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.AES)));
    for (ProtocolVersion version : ProtocolVersion.SUPPORTED) {
      SecretBytes bytes =
          KeyValueEncoding.toWrap(value, KeyFormatType.RAW, EncodingOption.TTLV_ENCODING, version);
      assertThat(
              KeyValueEncoding.unwrapped(
                  bytes, KeyFormatType.RAW, EncodingOption.TTLV_ENCODING, version, Limits.DEFAULT))
          .isEqualTo(value);
    }
  }

  @Test
  void attributesCantBeWrappedWithoutEncoding() {
    KeyValue.Plain value =
        new KeyValue.Plain(
            key().material(),
            Attributes.of(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, 128)));
    assertThatThrownBy(() ->
            KeyValueEncoding.toWrap(
                value, KeyFormatType.RAW, EncodingOption.NO_ENCODING, ProtocolVersion.V1_4))
        .isInstanceOf(InvalidKmip.class);
  }

  @Test
  void bytesOfAWrongKeyAreRefused() {
    SecretBytes nonsense = secret("00112233445566778899aabbccddeeff");
    assertThatThrownBy(() ->
            KeyValueEncoding.unwrapped(
                nonsense,
                KeyFormatType.RAW,
                EncodingOption.TTLV_ENCODING,
                ProtocolVersion.V1_4,
                Limits.DEFAULT))
        .isInstanceOfAny(MalformedTtlv.class, InvalidKmip.class);
  }

  @Test
  void closingAnObjectErasesItsKey() {
    SecretBytes bytes = secret("000102030405060708090a0b0c0d0e0f");
    try (ManagedObject key =
        new ManagedObject.SymmetricKey(KeyBlock.raw(bytes, CryptographicAlgorithm.AES))) {
      assertThat(key.keyBlock()).isPresent();
    }
    assertThat(bytes.isClosed()).isTrue();
  }
}
