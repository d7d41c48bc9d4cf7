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

/** Verifies a signature (KMIP 2.1 section 6.1.56). */
public record SignatureVerify(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> digest,
    Optional<ByteString> signature,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator)
    implements Request<SignatureVerify.Result> {
  public static final Structure<SignatureVerify> TYPE =
      new Structure<>(fields ->
          new SignatureVerify(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, SignatureVerify::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS,
                  CryptographicParameters.TYPE,
                  SignatureVerify::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, SignatureVerify::data),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.DIGESTED_DATA, Types.BYTES, SignatureVerify::digest),
              fields.optional(Tag.SIGNATURE_DATA, Types.BYTES, SignatureVerify::signature),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, SignatureVerify::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, SignatureVerify::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, SignatureVerify::finalIndicator)));

  @Override
  public Operation operation() {
    return Operation.SIGNATURE_VERIFY;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier,
      Optional<ValidityIndicator> validity,
      Optional<ByteString> data,
      Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.VALIDITY_INDICATOR, ValidityIndicator.KIND, Result::validity),
                fields.optional(Tag.DATA, Types.BYTES, Result::data),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
