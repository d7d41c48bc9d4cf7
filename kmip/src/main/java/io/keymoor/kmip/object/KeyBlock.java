package io.keymoor.kmip.object;

import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.KeyCompressionType;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.SecretBytes;
import java.util.Optional;

/**
 * A key with what is needed to use it (KMIP 2.1 section 3.1).
 *
 * <pre>
 *  KeyBlock
 *    KeyFormatType          enumeration
 *    KeyCompressionType     enumeration, optional
 *    KeyValue               structure, or bytes when wrapped; optional
 *    CryptographicAlgorithm enumeration, optional
 *    CryptographicLength    integer, optional
 *    KeyWrappingData        structure, optional
 * </pre>
 *
 * @param format format of the key material
 * @param compression compression of an elliptic curve's public key
 * @param value the key; absent where the server keeps only its attributes
 * @param algorithm algorithm it is for
 * @param length length in bits
 * @param wrapping how the value is wrapped, if it is
 */
public record KeyBlock(
    KeyFormatType format,
    Optional<KeyCompressionType> compression,
    Optional<KeyValue> value,
    Optional<CryptographicAlgorithm> algorithm,
    Optional<Integer> length,
    Optional<KeyWrappingData> wrapping)
    implements AutoCloseable {
  public static final Structure<KeyBlock> TYPE = new Structure<>(KeyBlock::in);

  /** A symmetric key's bytes as they are. */
  public static KeyBlock raw(SecretBytes key, CryptographicAlgorithm algorithm) {
    return new KeyBlock(
        KeyFormatType.RAW,
        Optional.empty(),
        Optional.of(new KeyValue.Plain(new KeyMaterial.Encoded(key))),
        Optional.of(algorithm),
        Optional.of(key.length() * 8),
        Optional.empty());
  }

  /** The value's format is known before the value is read, because it stands first. */
  private static KeyBlock in(Fields<KeyBlock> fields) {
    KeyFormatType format =
        fields.required(Tag.KEY_FORMAT_TYPE, KeyFormatType.KIND, KeyBlock::format);
    return new KeyBlock(
        format,
        fields.optional(Tag.KEY_COMPRESSION_TYPE, KeyCompressionType.KIND, KeyBlock::compression),
        fields.optional(Tag.KEY_VALUE, KeyValue.of(format), KeyBlock::value),
        fields.optional(
            Tag.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.KIND, KeyBlock::algorithm),
        fields.optional(Tag.CRYPTOGRAPHIC_LENGTH, Types.INTEGER, KeyBlock::length),
        fields.optional(Tag.KEY_WRAPPING_DATA, KeyWrappingData.TYPE, KeyBlock::wrapping));
  }

  /** Erases the key material. */
  @Override
  public void close() {
    value.ifPresent(KeyValue::close);
  }
}
