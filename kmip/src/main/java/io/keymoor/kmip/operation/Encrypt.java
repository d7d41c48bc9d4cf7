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

/** Encrypts with a key that stays in the server (KMIP 2.1 section 6.1.17). */
public record Encrypt(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> iv,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator,
    Optional<ByteString> additionalData)
    implements Request<Encrypt.Result> {
  public static final Structure<Encrypt> TYPE =
      new Structure<>(fields ->
          new Encrypt(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Encrypt::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS, CryptographicParameters.TYPE, Encrypt::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, Encrypt::data),
              fields.optional(Tag.IV_COUNTER_NONCE, Types.BYTES, Encrypt::iv),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, Encrypt::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, Encrypt::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, Encrypt::finalIndicator),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA,
                      Types.BYTES,
                      Encrypt::additionalData)));

  @Override
  public Operation operation() {
    return Operation.ENCRYPT;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier,
      Optional<ByteString> data,
      Optional<ByteString> iv,
      Optional<ByteString> correlationValue,
      Optional<ByteString> tag)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.DATA, Types.BYTES, Result::data),
                fields.optional(Tag.IV_COUNTER_NONCE, Types.BYTES, Result::iv),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue),
                fields
                    .since(ProtocolVersion.V1_4)
                    .optional(Tag.AUTHENTICATED_ENCRYPTION_TAG, Types.BYTES, Result::tag)));
  }
}
