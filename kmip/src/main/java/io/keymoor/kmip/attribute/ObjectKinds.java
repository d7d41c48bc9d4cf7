package io.keymoor.kmip.attribute;

import io.keymoor.kmip.vocabulary.ObjectType;
import java.util.List;

/** The groups of object types that the attribute table speaks of. */
final class ObjectKinds {
  static final List<ObjectType> CERTIFICATE = List.of(ObjectType.CERTIFICATE);
  static final List<ObjectType> OPAQUE = List.of(ObjectType.OPAQUE_OBJECT);
  static final List<ObjectType> SIGNED = List.of(ObjectType.CERTIFICATE, ObjectType.PGP_KEY);
  static final List<ObjectType> KEYPAIR =
      List.of(ObjectType.PUBLIC_KEY, ObjectType.PRIVATE_KEY, ObjectType.TEMPLATE);
  static final List<ObjectType> SYMMETRIC =
      List.of(ObjectType.SYMMETRIC_KEY, ObjectType.SPLIT_KEY, ObjectType.TEMPLATE);
  static final List<ObjectType> KEYVALUE =
      List.of(
          ObjectType.SYMMETRIC_KEY,
          ObjectType.PRIVATE_KEY,
          ObjectType.SPLIT_KEY,
          ObjectType.SECRET_DATA);
  static final List<ObjectType> CRYPTO =
      List.of(
          ObjectType.CERTIFICATE,
          ObjectType.SYMMETRIC_KEY,
          ObjectType.PUBLIC_KEY,
          ObjectType.PRIVATE_KEY,
          ObjectType.SPLIT_KEY,
          ObjectType.SECRET_DATA,
          ObjectType.PGP_KEY);
  static final List<ObjectType> STATED =
      List.of(
          ObjectType.CERTIFICATE,
          ObjectType.SYMMETRIC_KEY,
          ObjectType.PUBLIC_KEY,
          ObjectType.PRIVATE_KEY,
          ObjectType.SPLIT_KEY,
          ObjectType.SECRET_DATA,
          ObjectType.PGP_KEY,
          ObjectType.TEMPLATE,
          ObjectType.OPAQUE_OBJECT);

  private ObjectKinds() {}
}
