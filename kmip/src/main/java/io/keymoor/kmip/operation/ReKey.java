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

/** Makes a replacement for a symmetric key (KMIP 2.1 section 6.1.46). */
public record ReKey(
    ObjectId object,
    Optional<Duration> offset,
    Optional<NewAttributes> attributes,
    Optional<ProtectionStorageMasks> protectionStorageMasks)
    implements Request<ReKey.Result> {
  public static final Structure<ReKey> TYPE =
      new Structure<>(fields ->
          new ReKey(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, ReKey::object),
              fields.optional(Tag.OFFSET, Types.INTERVAL, ReKey::offset),
              NewAttributes.maybeIn(fields, ReKey::attributes),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.PROTECTION_STORAGE_MASKS,
                      ProtectionStorageMasks.TYPE,
                      ReKey::protectionStorageMasks)));

  @Override
  public Operation operation() {
    return Operation.RE_KEY;
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
