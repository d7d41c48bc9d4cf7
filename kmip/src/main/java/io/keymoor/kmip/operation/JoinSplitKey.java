package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.SecretDataType;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;
import java.util.Optional;

/**
 * Joins the parts of a split key (KMIP 1.4 section 4.39, KMIP 2.1 section 6.1.27).
 *
 * @param objectType the type of what they give
 * @param objects the parts
 * @param secretDataType what kind of secret data they give
 */
public record JoinSplitKey(
    ObjectType objectType,
    List<ObjectId> objects,
    Optional<SecretDataType> secretDataType,
    Optional<NewAttributes> attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<JoinSplitKey.Result> {
  public static final Structure<JoinSplitKey> TYPE =
      new Structure<>(fields ->
          new JoinSplitKey(
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, JoinSplitKey::objectType),
              fields.repeated(Tag.UNIQUE_IDENTIFIER, ObjectId.TYPE, JoinSplitKey::objects),
              fields.optional(
                  Tag.SECRET_DATA_TYPE, SecretDataType.KIND, JoinSplitKey::secretDataType),
              NewAttributes.maybeIn(fields, JoinSplitKey::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      JoinSplitKey::protectionStorageMasks)));

  public JoinSplitKey {
    objects = List.copyOf(objects);
  }

  @Override
  public Operation operation() {
    return Operation.JOIN_SPLIT_KEY;
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
