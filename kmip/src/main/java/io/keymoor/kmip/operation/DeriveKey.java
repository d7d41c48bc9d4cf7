package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.DerivationMethod;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;
import java.util.Optional;

/** Derives a key from others (KMIP 2.1 section 6.1.14). */
public record DeriveKey(
    ObjectType objectType,
    List<ObjectId> objects,
    DerivationMethod method,
    DerivationParameters parameters,
    NewAttributes attributes)
    implements Request<DeriveKey.Result> {
  public static final Structure<DeriveKey> TYPE =
      new Structure<>(fields ->
          new DeriveKey(
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, DeriveKey::objectType),
              fields.repeated(Tag.UNIQUE_IDENTIFIER, ObjectId.TYPE, DeriveKey::objects),
              fields.required(Tag.DERIVATION_METHOD, DerivationMethod.KIND, DeriveKey::method),
              fields.required(
                  Tag.DERIVATION_PARAMETERS, DerivationParameters.TYPE, DeriveKey::parameters),
              NewAttributes.in(fields, DeriveKey::attributes)));

  public DeriveKey {
    objects = List.copyOf(objects);
  }

  @Override
  public Operation operation() {
    return Operation.DERIVE_KEY;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, Optional<NewAttributes> attributes)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(Tag.TEMPLATE_ATTRIBUTE, NewAttributes.TYPE, Result::attributes)));
  }
}
