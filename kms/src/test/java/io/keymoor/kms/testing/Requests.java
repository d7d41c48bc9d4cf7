package io.keymoor.kms.testing;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.RevocationReason;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.kms.cipher.Material;
import io.keymoor.secret.ClearBytes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The requests that tests make most. */
public final class Requests {
  private Requests() {}

  /** An AES-256 key with more attributes. */
  public static Create createKey(Attribute<?>... more) {
    List<Attribute<?>> attributes = new ArrayList<>();
    attributes.add(
        Attribute.of(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, CryptographicAlgorithm.AES));
    attributes.add(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_LENGTH, 256));
    attributes.add(Attribute.of(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK, 12));
    attributes.addAll(List.of(more));
    return new Create(
        ObjectType.SYMMETRIC_KEY, NewAttributes.of(new Attributes(attributes)), Optional.empty());
  }

  public static Attribute<Name> name(String name) {
    return Attribute.of(AttributeTypes.NAME, Name.of(name));
  }

  public static Get get(String id) {
    return get(ObjectId.of(id));
  }

  public static Get get(ObjectId id) {
    return new Get(id, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static GetAttributes attributes(String id) {
    return new GetAttributes(ObjectId.of(id), List.of());
  }

  public static Locate locate(Attribute<?>... attributes) {
    return new Locate(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Attributes.of(attributes));
  }

  public static Revoke revoke(String id) {
    return new Revoke(
        ObjectId.of(id),
        new RevocationReason(RevocationReasonCode.CESSATION_OF_OPERATION, Optional.empty()),
        Optional.empty());
  }

  /** The key bytes of a symmetric key, in hexadecimal; the object is closed. */
  public static String hex(ManagedObject object) {
    try (object) {
      return ClearBytes.read(
          Material.symmetric(object.keyBlock().orElseThrow()),
          clear -> HexFormat.of().formatHex(clear));
    }
  }
}
