package io.keymoor.kmip.object;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.EncodingOption;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.WrappingMethod;
import java.util.List;
import java.util.Optional;

/** How a key value shall be wrapped (KMIP 2.1 section 7.18). */
public record KeyWrappingSpecification(
    WrappingMethod method,
    Optional<WrappingKeyInformation> encryptionKey,
    Optional<WrappingKeyInformation> macSignatureKey,
    List<String> attributeNames,
    Optional<EncodingOption> encoding) {
  public static final Structure<KeyWrappingSpecification> TYPE =
      new Structure<>(fields ->
          new KeyWrappingSpecification(
              fields.required(
                  Tag.WRAPPING_METHOD, WrappingMethod.KIND, KeyWrappingSpecification::method),
              fields.optional(
                  Tag.ENCRYPTION_KEY_INFORMATION,
                  WrappingKeyInformation.TYPE,
                  KeyWrappingSpecification::encryptionKey),
              fields.optional(
                  Tag.MAC_SIGNATURE_KEY_INFORMATION,
                  WrappingKeyInformation.TYPE,
                  KeyWrappingSpecification::macSignatureKey),
              fields.repeated(
                  Tag.ATTRIBUTE_NAME, Types.TEXT, KeyWrappingSpecification::attributeNames),
              fields
                  .since(ProtocolVersion.V1_1)
                  .optional(
                      Tag.ENCODING_OPTION,
                      EncodingOption.KIND,
                      KeyWrappingSpecification::encoding)));

  public KeyWrappingSpecification {
    attributeNames = List.copyOf(attributeNames);
  }
}
