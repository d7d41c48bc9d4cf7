package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.AttributeReference;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AdjustmentType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import java.util.Optional;

/** Increments, decrements or negates a value (KMIP 2.1 section 6.1.3). */
public record AdjustAttribute(
    ObjectId object, AttributeType<?> name, AdjustmentType adjustment, Optional<Ttlv> value)
    implements Request<AdjustAttribute.Result> {
  public static final Structure<AdjustAttribute> TYPE =
      new Structure<>(fields ->
          new AdjustAttribute(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, AdjustAttribute::object),
              fields.required(
                  Tag.ATTRIBUTE_REFERENCE, AttributeReference.TYPE, AdjustAttribute::name),
              fields.required(
                  Tag.ADJUSTMENT_TYPE, AdjustmentType.KIND, AdjustAttribute::adjustment),
              fields.optional(Tag.ADJUSTMENT_VALUE, Types.ANY, AdjustAttribute::value)));

  @Override
  public Operation operation() {
    return Operation.ADJUST_ATTRIBUTE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
