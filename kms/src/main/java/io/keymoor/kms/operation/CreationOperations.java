package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.CreateKeyPair;
import io.keymoor.kmip.operation.Import;
import io.keymoor.kmip.operation.Register;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.KeyWrapType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.Algorithms;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Right;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Create, Create Key Pair, Register, Import. */
final class CreationOperations {
  private static final int MOST_IDENTIFIER_CHARACTERS = 256;

  private final Keeper keeper;
  private final Access access;
  private final WrappingKeys wrappingKeys;
  private final SecureRandom random;

  CreationOperations(Keeper keeper, Access access, WrappingKeys wrappingKeys, SecureRandom random) {
    this.keeper = keeper;
    this.access = access;
    this.wrappingKeys = wrappingKeys;
    this.random = random;
  }

  Create.Result create(Create request, BatchContext context) {
    if (!request.objectType().equals(ObjectType.SYMMETRIC_KEY)) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE, "Only symmetric keys can be created so.");
    }
    List<Attribute<?>> given = keeper.given(request.attributes(), context);
    Attributes wanted = new Attributes(given);
    CryptographicAlgorithm algorithm =
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM)
            .orElseThrow(() -> missing("Cryptographic Algorithm"));
    int bits =
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_LENGTH)
            .orElseThrow(() -> missing("Cryptographic Length"));
    requireMask(wanted);
    try (ManagedObject key = symmetricKey(algorithm, bits, random)) {
      StoredObject made = keeper.keep(UUID.randomUUID().toString(), key, given, true, context);
      context.made(made.id(), IdentifierReference.CREATE);
      return new Create.Result(request.objectType(), made.id(), Optional.empty());
    }
  }

  /** Fresh key material; the length is KMIP's, which leaves out the parity bits of 3DES. */
  static ManagedObject symmetricKey(
      CryptographicAlgorithm algorithm, int bits, SecureRandom random) {
    KeyBlock raw =
        KeyBlock.raw(SecretBytes.random(Algorithms.keyBytes(algorithm, bits), random), algorithm);
    return new ManagedObject.SymmetricKey(
        new KeyBlock(
            raw.format(),
            raw.compression(),
            raw.value(),
            raw.algorithm(),
            Optional.of(bits),
            raw.wrapping()));
  }

  CreateKeyPair.Result createKeyPair(CreateKeyPair request, BatchContext context) {
    List<Attribute<?>> common = keeper.given(request.common(), context);
    List<Attribute<?>> forPrivate = keeper.given(request.privateKey(), context);
    List<Attribute<?>> forPublic = keeper.given(request.publicKey(), context);
    List<Attribute<?>> privateAttributes = Keeper.joined(common, forPrivate);
    List<Attribute<?>> publicAttributes = Keeper.joined(common, forPublic);
    requireMask(new Attributes(privateAttributes));
    requireMask(new Attributes(publicAttributes));
    try (PairMaker.Pair pair = PairMaker.make(new Attributes(privateAttributes), random)) {
      String privateId = UUID.randomUUID().toString();
      String publicId = UUID.randomUUID().toString();
      privateAttributes.add(Keeper.link(PairMaker.TO_PUBLIC, publicId, privateAttributes));
      publicAttributes.add(Keeper.link(PairMaker.TO_PRIVATE, privateId, publicAttributes));
      keeper.keep(privateId, pair.privateKey(), privateAttributes, true, context);
      keeper.keep(publicId, pair.publicKey(), publicAttributes, true, context);
      context.made(
          privateId,
          IdentifierReference.CREATE_KEY_PAIR,
          IdentifierReference.CREATE_KEY_PAIR_PRIVATE_KEY);
      context.madeToo(publicId, IdentifierReference.CREATE_KEY_PAIR_PUBLIC_KEY);
      return new CreateKeyPair.Result(privateId, publicId, Optional.empty(), Optional.empty());
    }
  }

  Register.Result register(Register request, BatchContext context) {
    ManagedObject object = request.managedObject();
    requireType(request.objectType(), object, context);
    List<Attribute<?>> given = new ArrayList<>(keeper.given(request.attributes(), context));
    if (object instanceof ManagedObject.Template template) {
      given = Keeper.joined(template.attributes().list(), given);
    }
    RegisteredKey.requireConsistent(object, new Attributes(given));
    StoredObject made = keeper.keep(UUID.randomUUID().toString(), object, given, false, context);
    context.made(made.id(), IdentifierReference.REGISTER);
    return new Register.Result(made.id(), Optional.empty());
  }

  Import.Result importObject(Import request, BatchContext context) {
    String id = request.uniqueIdentifier();
    if (id.isEmpty() || id.length() > MOST_IDENTIFIER_CHARACTERS) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD,
          "A unique identifier has 1 to " + MOST_IDENTIFIER_CHARACTERS + " characters.");
    }
    requireType(request.objectType(), request.managedObject(), context);
    Optional<StoredObject> existing = context.workspace().find(id);
    if (existing.isPresent()) {
      requireReplaceable(request, context);
    }
    List<Attribute<?>> given = ImportedAttributes.accepted(request.attributes(), context);
    Optional<ManagedObject> unwrapped =
        request.wrapType().equals(Optional.of(KeyWrapType.NOT_WRAPPED))
            ? wrappingKeys.unwrapped(request.managedObject(), context)
            : Optional.empty();
    try {
      ManagedObject object = unwrapped.orElse(request.managedObject());
      StoredObject made =
          ImportedAttributes.restored(
              keeper.fresh(id, object, given, false, context), request.attributes(), context);
      keeper.put(existing, made, object, context);
      context.made(id, IdentifierReference.IMPORT);
      return new Import.Result(id);
    } finally {
      unwrapped.ifPresent(ManagedObject::close);
    }
  }

  private void requireReplaceable(Import request, BatchContext context) {
    if (!request.replaceExisting().orElse(false)) {
      throw new KmipFailure(
          ResultReason.OBJECT_ALREADY_EXISTS, "An object with this unique identifier exists.");
    }
    access.any(context, ObjectId.of(request.uniqueIdentifier()), Right.END);
  }

  private static void requireType(ObjectType named, ManagedObject object, BatchContext context) {
    if (!named.equals(object.objectType())) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "The object is not of the type that the request names.");
    }
    if (context.version().isTagged() && object instanceof ManagedObject.Template) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE, "KMIP 2.0 and later have no templates.");
    }
  }

  private static void requireMask(Attributes wanted) {
    if (wanted.first(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK).isEmpty()) {
      throw missing("Cryptographic Usage Mask");
    }
  }

  static KmipFailure missing(String attribute) {
    return new KmipFailure(
        ResultReason.INVALID_FIELD, "The attribute " + attribute + " has to be given.");
  }
}
