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

/** Signs with a key that stays in the server (KMIP 2.1 section 6.1.55). */
public record Sign(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> digest,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator)
    implements Request<Sign.Result> {
  public static final Structure<Sign> TYPE =
      new Structure<>(fields ->
          new Sign(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Sign::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS, CryptographicParameters.TYPE, Sign::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, Sign::data),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.DIGESTED_DATA, Types.BYTES, Sign::digest),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, Sign::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, Sign::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, Sign::finalIndicator)));

  @Override
  public Operation operation() {
    return Operation.SIGN;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier,
      Optional<ByteString> signature,
      Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.SIGNATURE_DATA, Types.BYTES, Result::signature),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
