package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.object.KeyWrappingSpecification;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.KeyCompressionType;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.KeyWrapType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Fetches an object with all its attributes (KMIP 2.1 section 6.1.18). */
public record Export(
    ObjectId object,
    Optional<KeyFormatType> format,
    Optional<KeyWrapType> wrapType,
    Optional<KeyCompressionType> compression,
    Optional<KeyWrappingSpecification> wrapping)
    implements Request<Export.Result> {
  public static final Structure<Export> TYPE =
      new Structure<>(fields ->
          new Export(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Export::object),
              fields.optional(Tag.KEY_FORMAT_TYPE, KeyFormatType.KIND, Export::format),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.KEY_WRAP_TYPE, KeyWrapType.KIND, Export::wrapType),
              fields.optional(
                  Tag.KEY_COMPRESSION_TYPE, KeyCompressionType.KIND, Export::compression),
              fields.optional(
                  Tag.KEY_WRAPPING_SPECIFICATION,
                  KeyWrappingSpecification.TYPE,
                  Export::wrapping)));

  @Override
  public Operation operation() {
    return Operation.EXPORT;
  }

  /** What the server answers. */
  public record Result(
      ObjectType objectType,
      String uniqueIdentifier,
      Attributes attributes,
      ManagedObject managedObject)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Result::objectType),
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.choice(Attributes.FLAT, Result::attributes),
                fields.choice(ManagedObject.ANY, Result::managedObject)));
  }
}
