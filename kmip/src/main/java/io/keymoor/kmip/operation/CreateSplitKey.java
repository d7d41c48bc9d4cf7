package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.SplitKeyMethod;
import io.keymoor.kmip.vocabulary.Tag;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Splits a key, or makes one and splits it (KMIP 1.4 section 4.38, KMIP 2.1 section 6.1.10).
 *
 * @param objectType the type of what is made
 * @param object the key to split; left out, a new one is made
 * @param parts how many parts there shall be
 * @param threshold how many of them give the key
 * @param method how it is split
 * @param primeFieldSize the prime of a polynomial over a prime field
 */
public record CreateSplitKey(
    ObjectType objectType,
    ObjectId object,
    int parts,
    int threshold,
    SplitKeyMethod method,
    Optional<BigInteger> primeFieldSize,
    NewAttributes attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<CreateSplitKey.Result> {
  public static final Structure<CreateSplitKey> TYPE =
      new Structure<>(fields ->
          new CreateSplitKey(
              fields.required(Tag.OBJECT_TYPE, ObjectType.KIND, CreateSplitKey::objectType),
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, CreateSplitKey::object),
              fields.integer(Tag.SPLIT_KEY_PARTS, CreateSplitKey::parts),
              fields.integer(Tag.SPLIT_KEY_THRESHOLD, CreateSplitKey::threshold),
              fields.required(Tag.SPLIT_KEY_METHOD, SplitKeyMethod.KIND, CreateSplitKey::method),
              fields.optional(
                  Tag.PRIME_FIELD_SIZE, Types.BIG_INTEGER, CreateSplitKey::primeFieldSize),
              NewAttributes.in(fields, CreateSplitKey::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      CreateSplitKey::protectionStorageMasks)));

  @Override
  public Operation operation() {
    return Operation.CREATE_SPLIT_KEY;
  }

  /** What the server answers: the parts, by their numbers. */
  public record Result(List<String> uniqueIdentifiers, Optional<NewAttributes> attributes)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.repeated(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifiers),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(Tag.TEMPLATE_ATTRIBUTE, NewAttributes.TYPE, Result::attributes)));

    public Result {
      uniqueIdentifiers = List.copyOf(uniqueIdentifiers);
    }
  }
}
