package io.keymoor.kmip.object;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.EncodingOption;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.WrappingMethod;
import java.util.Optional;

/** How a key value is wrapped (KMIP 2.1 section 3.3). */
public record KeyWrappingData(
    WrappingMethod method,
    Optional<WrappingKeyInformation> encryptionKey,
    Optional<WrappingKeyInformation> macSignatureKey,
    Optional<ByteString> macSignature,
    Optional<ByteString> iv,
    Optional<EncodingOption> encoding) {
  public static final Structure<KeyWrappingData> TYPE =
      new Structure<>(fields ->
          new KeyWrappingData(
              fields.required(Tag.WRAPPING_METHOD, WrappingMethod.KIND, KeyWrappingData::method),
              fields.optional(
                  Tag.ENCRYPTION_KEY_INFORMATION,
                  WrappingKeyInformation.TYPE,
                  KeyWrappingData::encryptionKey),
              fields.optional(
                  Tag.MAC_SIGNATURE_KEY_INFORMATION,
                  WrappingKeyInformation.TYPE,
                  KeyWrappingData::macSignatureKey),
              fields.optional(Tag.MAC_SIGNATURE, Types.BYTES, KeyWrappingData::macSignature),
              fields.optional(Tag.IV_COUNTER_NONCE, Types.BYTES, KeyWrappingData::iv),
              fields
                  .since(ProtocolVersion.V1_1)
                  .optional(Tag.ENCODING_OPTION, EncodingOption.KIND, KeyWrappingData::encoding)));
}
