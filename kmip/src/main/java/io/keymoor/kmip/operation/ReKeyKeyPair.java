package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Duration;
import java.util.Optional;

/** Makes a replacement for a key pair (KMIP 2.1 section 6.1.47). */
public record ReKeyKeyPair(
    ObjectId privateKeyObject,
    Optional<Duration> offset,
    Optional<NewAttributes> common,
    Optional<NewAttributes> privateKey,
    Optional<NewAttributes> publicKey,
    Optional<ProtectionStorageMasks> commonMasks,
    Optional<ProtectionStorageMasks> privateKeyMasks,
    Optional<ProtectionStorageMasks> publicKeyMasks)
    implements Request<ReKeyKeyPair.Result> {
  public static final Structure<ReKeyKeyPair> TYPE =
      new Structure<>(fields ->
          new ReKeyKeyPair(
              fields.choice(ObjectId.PRIVATE_KEY, ReKeyKeyPair::privateKeyObject),
              fields.optional(Tag.OFFSET, Types.INTERVAL, ReKeyKeyPair::offset),
              NewAttributes.maybeIn(
                  fields,
                  Tag.COMMON_TEMPLATE_ATTRIBUTE,
                  Tag.COMMON_ATTRIBUTES,
                  ReKeyKeyPair::common),
              NewAttributes.maybeIn(
                  fields,
                  Tag.PRIVATE_KEY_TEMPLATE_ATTRIBUTE,
                  Tag.PRIVATE_KEY_ATTRIBUTES,
                  ReKeyKeyPair::privateKey),
              NewAttributes.maybeIn(
                  fields,
                  Tag.PUBLIC_KEY_TEMPLATE_ATTRIBUTE,
                  Tag.PUBLIC_KEY_ATTRIBUTES,
                  ReKeyKeyPair::publicKey),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.COMMON_PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      ReKeyKeyPair::commonMasks),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PRIVATE_PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      ReKeyKeyPair::privateKeyMasks),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PUBLIC_PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      ReKeyKeyPair::publicKeyMasks)));

  @Override
  public Operation operation() {
    return Operation.RE_KEY_KEY_PAIR;
  }

  /** What the server answers. */
  public record Result(
      String privateKeyUniqueIdentifier,
      String publicKeyUniqueIdentifier,
      Optional<NewAttributes> privateKeyAttributes,
      Optional<NewAttributes> publicKeyAttributes)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(
                    Tag.PRIVATE_KEY_UNIQUE_IDENTIFIER,
                    Types.TEXT,
                    Result::privateKeyUniqueIdentifier),
                fields.required(
                    Tag.PUBLIC_KEY_UNIQUE_IDENTIFIER,
                    Types.TEXT,
                    Result::publicKeyUniqueIdentifier),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(
                        Tag.PRIVATE_KEY_TEMPLATE_ATTRIBUTE,
                        NewAttributes.TYPE,
                        Result::privateKeyAttributes),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(
                        Tag.PUBLIC_KEY_TEMPLATE_ATTRIBUTE,
                        NewAttributes.TYPE,
                        Result::publicKeyAttributes)));
  }
}
