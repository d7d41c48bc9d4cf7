package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.ValidityIndicator;
import java.util.Optional;

/** Verifies a message authentication code (KMIP 2.1 section 6.1.33). */
public record MacVerify(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> mac,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator)
    implements Request<MacVerify.Result> {
  public static final Structure<MacVerify> TYPE =
      new Structure<>(fields ->
          new MacVerify(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, MacVerify::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS,
                  CryptographicParameters.TYPE,
                  MacVerify::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, MacVerify::data),
              fields.optional(Tag.MAC_DATA, Types.BYTES, MacVerify::mac),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, MacVerify::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, MacVerify::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, MacVerify::finalIndicator)));

  @Override
  public Operation operation() {
    return Operation.MAC_VERIFY;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier,
      Optional<ValidityIndicator> validity,
      Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.VALIDITY_INDICATOR, ValidityIndicator.KIND, Result::validity),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
