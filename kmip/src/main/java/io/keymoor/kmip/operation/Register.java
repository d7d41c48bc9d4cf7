package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Hands an object over to the server (KMIP 2.1 section 6.1.43). */
public record Register(
    ObjectType objectType,
    NewAttributes attributes,
    ManagedObject managedObject,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<Register.Result> {
  public static final Structure<Register> TYPE =
      new Structure<>(fields ->
          new Register(
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Register::objectType),
              NewAttributes.in(fields, Register::attributes),
              fields.choice(ManagedObject.ANY, Register::managedObject),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      Register::protectionStorageMasks)));

  /** An object with its attributes. */
  public static Register of(ManagedObject object, Attribute<?>... attributes) {
    return new Register(
        object.objectType(), NewAttributes.of(attributes), object, Optional.empty());
  }

  @Override
  public Operation operation() {
    return Operation.REGISTER;
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
