package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.UsageMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a symmetric key (KMIP 2.1 section 6.1.8). */
public record Create(
    ObjectType objectType,
    NewAttributes attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<Create.Result> {
  public static final Structure<Create> TYPE =
      new Structure<>(fields ->
          new Create(
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Create::objectType),
              NewAttributes.in(fields, Create::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      Create::protectionStorageMasks)));

  /** A key of {@code length} bits for uses that are bits of {@link UsageMask}. */
  public static Create symmetricKey(
      CryptographicAlgorithm algorithm, int length, int usageMask, Attribute<?>... others) {
    List<Attribute<?>> attributes = new ArrayList<>();
    attributes.add(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, algorithm));
    attributes.add(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, usageMask));
    attributes.add(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, length));
    attributes.addAll(List.of(others));
    return new Create(
        ObjectType.SYMMETRIC_KEY, NewAttributes.of(new Attributes(attributes)), Optional.empty());
  }

  @Override
  public Operation operation() {
    return Operation.CREATE;
  }

  /** What the server answers. */
  public record Result(
      ObjectType objectType, String uniqueIdentifier, Optional<NewAttributes> attributes)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Result::objectType),
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(Tag.TEMPLATE_ATTRIBUTE, NewAttributes.TYPE, Result::attributes)));
  }
}
