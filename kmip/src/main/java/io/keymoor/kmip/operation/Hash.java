package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Computes a digest (KMIP 2.1 section 6.1.24). */
public record Hash(
    CryptographicParameters parameters,
    Optional<DataInput> data,
    Optional<ByteString> correlationValue,
    Optional<Boolean> initIndicator,
    Optional<Boolean> finalIndicator)
    implements Request<Hash.Result> {
  public static final Structure<Hash> TYPE =
      new Structure<>(fields ->
          new Hash(
              fields.required(
                  Tag.CRYPTOGRAPHIC_PARAMETERS, CryptographicParameters.TYPE, Hash::parameters),
              fields.optional(Tag.DATA, DataInput.TYPE, Hash::data),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.CORRELATION_VALUE, Types.BYTES, Hash::correlationValue),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.INIT_INDICATOR, Types.BOOLEAN, Hash::initIndicator),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.FINAL_INDICATOR, Types.BOOLEAN, Hash::finalIndicator)));

  @Override
  public Operation operation() {
    return Operation.HASH;
  }

  /** What the server answers. */
  public record Result(Optional<ByteString> data, Optional<ByteString> correlationValue)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.optional(Tag.DATA, Types.BYTES, Result::data),
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.CORRELATION_VALUE, Types.BYTES, Result::correlationValue)));
  }
}
