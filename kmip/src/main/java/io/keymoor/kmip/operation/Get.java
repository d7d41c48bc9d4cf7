package io.keymoor.kmip.operation;

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

/** Fetches an object (KMIP 2.1 section 6.1.19). */
public record Get(
    ObjectId object,
    Optional<KeyFormatType> format,
    Optional<KeyWrapType> wrapType,
    Optional<KeyCompressionType> compression,
    Optional<KeyWrappingSpecification> wrapping)
    implements Request<Get.Result> {
  public static final Structure<Get> TYPE =
      new Structure<>(fields ->
          new Get(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Get::object),
              fields.optional(Tag.KEY_FORMAT_TYPE, KeyFormatType.KIND, Get::format),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.KEY_WRAP_TYPE, KeyWrapType.KIND, Get::wrapType),
              fields.optional(Tag.KEY_COMPRESSION_TYPE, KeyCompressionType.KIND, Get::compression),
              fields.optional(
                  Tag.KEY_WRAPPING_SPECIFICATION, KeyWrappingSpecification.TYPE, Get::wrapping)));

  /** An object as the server has it. */
  public static Get of(String uniqueIdentifier) {
    return new Get(
        ObjectId.of(uniqueIdentifier),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Operation operation() {
    return Operation.GET;
  }

  /** What the server answers. */
  public record Result(ObjectType objectType, String uniqueIdentifier, ManagedObject managedObject)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, Result::objectType),
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.choice(ManagedObject.ANY, Result::managedObject)));
  }
}
