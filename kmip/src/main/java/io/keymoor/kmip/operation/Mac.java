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

/** Computes a message authentication code (KMIP 2.1 section 6.1.32). */
public record Mac(
    ObjectId object,
    Optional<CryptographicParameters> parameters,
    Optional<DataInput> data,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator)
    implements Request<Mac.Result> {
  public static final Structure<Mac> TYPE =
      new Structure<>(fields ->
          new Mac(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Mac::object),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS, CryptographicParameters.TYPE, Mac::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, Mac::data),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, Mac::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, Mac::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, Mac::finalIndicator)));

  @Override
  public Operation operation() {
    return Operation.MAC;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier, Optional<ByteString> mac, Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.MAC_DATA, Types.BYTES, Result::mac),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
