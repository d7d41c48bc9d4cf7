package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Decrypts with a key that stays in the server (KMIP 2.1 section 6.1.11). */
public record Decrypt(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> iv,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator,
    Optional<ByteString> additionalData,
    Optional<ByteString> tag)
    implements Request<Decrypt.Result> {
  public static final Structure<Decrypt> TYPE =
      new Structure<>(fields ->
          new Decrypt(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Decrypt::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS, CryptographicParameters.TYPE, Decrypt::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, Decrypt::data),
              fields.optional(Tag.IV_COUNTER_NONCE, Types.BYTES, Decrypt::iv),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, Decrypt::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, Decrypt::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, Decrypt::finalIndicator),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA,
                      Types.BYTES,
                      Decrypt::additionalData),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.AUTHENTICATED_ENCRYPTION_TAG, Types.BYTES, Decrypt::tag)));

  @Override
  public Operation operation() {
    return Operation.DECRYPT;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier, Optional<ByteString> data, Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.DATA, Types.BYTES, Result::data),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
