package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.KeyWrapType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Hands an object over with its identifier and all its attributes (KMIP 2.1 section 6.1.25). */
public record Import(
    String uniqueIdentifier,
    ObjectType objectType,
    Optional<Boolean> replaceExisting,
    Optional<KeyWrapType> wrapType,
    Attributes attributes,
    ManagedObject managedObject)
    implements Request<Import.Result> {
  public static final Structure<Import> TYPE =
      new Structure<>(fields ->
          new Import(
              fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Import::uniqueIdentifier),
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Import::objectType),
              fields.optional(Tag.REPLACE_EXISTING, Types.BOOLEAN, Import::replaceExisting),
              fields.optional(Tag.KEY_WRAP_TYPE, KeyWrapType.KIND, Import::wrapType),
              fields.choice(Attributes.FLAT, Import::attributes),
              fields.choice(ManagedObject.ANY, Import::managedObject)));

  @Override
  public Operation operation() {
    return Operation.IMPORT;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
