package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.CreateSplitKey;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.cipher.SecretSharing;
import io.keymoor.kms.cipher.SecretSharing.Scheme;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Create Split Key and Join Split Key (KMIP 1.4 sections 4.38 and 4.39). What a client could not
 * have in clear as a key it cannot have by way of its parts either: Sensitive and Extractable go
 * along in both directions.
 */
final class SharingOperations {
  private static final Set<ObjectType> SECRETS =
      Set.of(ObjectType.SYMMETRIC_KEY, ObjectType.PRIVATE_KEY, ObjectType.SECRET_DATA);
  private static final List<AttributeType<?>> GO_ALONG =
      List.of(
          AttributeTypes.CRYPTOGRAPHIC_ALGORITHM,
          AttributeTypes.CRYPTOGRAPHIC_LENGTH,
          AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK,
          AttributeTypes.SENSITIVE,
          AttributeTypes.EXTRACTABLE);

  private final Keeper keeper;
  private final Access access;
  private final Vault vault;
  private final SecureRandom random;

  SharingOperations(Keeper keeper, Access access, Vault vault, SecureRandom random) {
    this.keeper = keeper;
    this.access = access;
    this.vault = vault;
    this.random = random;
  }

  CreateSplitKey.Result split(CreateSplitKey request, BatchContext context) {
    Scheme scheme =
        new Scheme(
            request.method(), request.parts(), request.threshold(), request.primeFieldSize());
    scheme.requireSound();
    List<Attribute<?>> given = keeper.given(request.attributes(), context);
    if (given.stream().anyMatch(one -> one.type().equals(AttributeTypes.NAME))) {
      throw new KmipFailure(
          ResultReason.NON_UNIQUE_NAME_ATTRIBUTE,
          "The parts cannot all have one name; name them afterwards.");
    }
    List<String> ids;
    if (request.object() instanceof ObjectId.Placeholder) {
      requireType(request, ObjectType.SYMMETRIC_KEY);
      try (ManagedObject key = freshKey(given)) {
        ids = keepParts(key, scheme, given, context);
      }
    } else {
      StoredObject stored = access.alive(context, request.object(), Right.OBTAIN);
      requireType(request, stored.type());
      List<Attribute<?>> all = Keeper.joined(given, goingAlong(stored));
      try (ManagedObject key = vault.open(stored.id(), stored.material().orElseThrow())) {
        ids = keepParts(key, scheme, all, context);
      }
    }
    context.made(ids.getFirst(), IdentifierReference.CREATE_SPLIT_KEY);
    return new CreateSplitKey.Result(ids, Optional.empty());
  }

  /** The specification leaves open whether the parts' type is meant or that of the key. */
  private static void requireType(CreateSplitKey request, ObjectType key) {
    boolean named =
        request.objectType().equals(ObjectType.SPLIT_KEY) || request.objectType().equals(key);
    if (!named || !SECRETS.contains(key)) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE,
          "Symmetric keys, private keys and secret data can be split; the object type is that, or"
              + " Split Key.");
    }
  }

  private ManagedObject freshKey(List<Attribute<?>> given) {
    Attributes wanted = new Attributes(given);
    if (wanted.first(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK).isEmpty()) {
      throw CreationOperations.missing("Cryptographic Usage Mask");
    }
    return CreationOperations.symmetricKey(
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM)
            .orElseThrow(() -> CreationOperations.missing("Cryptographic Algorithm")),
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_LENGTH)
            .orElseThrow(() -> CreationOperations.missing("Cryptographic Length")),
        random);
  }

  private static List<Attribute<?>> goingAlong(StoredObject stored) {
    return stored.attributes().list().stream()
        .filter(one -> GO_ALONG.contains(one.type()))
        .toList();
  }

  private List<String> keepParts(
      ManagedObject key, Scheme scheme, List<Attribute<?>> given, BatchContext context) {
    KeyBlock block = CryptographicOperations.block(key);
    List<SecretBytes> shares = SecretSharing.split(encoded(block), scheme, random);
    List<String> ids =
        Stream.generate(() -> UUID.randomUUID().toString()).limit(shares.size()).toList();
    try {
      for (int i = 0; i < shares.size(); i++) {
        List<Attribute<?>> attributes = new ArrayList<>(given);
        if (i > 0) {
          attributes.add(Keeper.link(LinkType.PREVIOUS_LINK, ids.get(i - 1), attributes));
        }
        if (i < shares.size() - 1) {
          attributes.add(Keeper.link(LinkType.NEXT_LINK, ids.get(i + 1), attributes));
        }
        ManagedObject part =
            new ManagedObject.SplitKey(
                scheme.parts(),
                i + 1,
                scheme.threshold(),
                scheme.method(),
                scheme.prime(),
                blockOf(block, shares.get(i)));
        keeper.keep(ids.get(i), part, attributes, true, context);
      }
    } finally {
      shares.forEach(SecretBytes::close);
    }
    return ids;
  }

  private static SecretBytes encoded(KeyBlock block) {
    return switch (Material.plain(block)) {
      case KeyMaterial.Encoded(SecretBytes bytes) -> bytes;
      case KeyMaterial.TransparentSymmetricKey(SecretBytes bytes) -> bytes;
      default ->
          throw new KmipFailure(
              ResultReason.KEY_FORMAT_TYPE_NOT_SUPPORTED,
              "A key that was registered in a transparent form cannot be split; register it in an"
                  + " encoded one.");
    };
  }

  /** The key's block around one part of it; the length stays the key's. */
  private static KeyBlock blockOf(KeyBlock key, SecretBytes part) {
    boolean transparent = key.format().equals(KeyFormatType.TRANSPARENT_SYMMETRIC_KEY);
    return new KeyBlock(
        transparent ? KeyFormatType.RAW : key.format(),
        Optional.empty(),
        Optional.of(new KeyValue.Plain(new KeyMaterial.Encoded(part))),
        key.algorithm(),
        key.length().or(() -> Optional.of(encoded(key).length() * 8)),
        Optional.empty());
  }

  JoinSplitKey.Result join(JoinSplitKey request, BatchContext context) {
    if (!SECRETS.contains(request.objectType())) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE,
          "Split keys give symmetric keys, private keys or secret data.");
    }
    List<StoredObject> stored = new ArrayList<>();
    List<ManagedObject.SplitKey> parts = new ArrayList<>();
    try {
      for (ObjectId id : request.objects()) {
        StoredObject part = access.alive(context, id, Right.OBTAIN);
        if (!(vault.open(part.id(), part.material().orElseThrow())
            instanceof ManagedObject.SplitKey splitKey)) {
          throw new KmipFailure(ResultReason.INVALID_OBJECT_TYPE, "Only split keys can be joined.");
        }
        stored.add(part);
        parts.add(splitKey);
      }
      List<Attribute<?>> attributes =
          Keeper.joined(
              Keeper.joined(
                  stored.isEmpty() ? List.of() : goingAlong(stored.getFirst()),
                  keeper.given(request.attributes(), context)),
              restrictions(stored));
      String id = UUID.randomUUID().toString();
      try (ManagedObject key = JoinedKey.of(parts, request)) {
        RegisteredKey.requireConsistent(key, new Attributes(attributes));
        keeper.keep(id, key, attributes, true, context);
      }
      context.made(id, IdentifierReference.JOIN_SPLIT_KEY);
      return new JoinSplitKey.Result(id, Optional.empty());
    } finally {
      parts.forEach(ManagedObject::close);
    }
  }

  private static List<Attribute<?>> restrictions(List<StoredObject> parts) {
    List<Attribute<?>> restrictions = new ArrayList<>();
    if (parts.stream().anyMatch(one -> one.first(AttributeTypes.SENSITIVE).orElse(false))) {
      restrictions.add(Attribute.of(AttributeTypes.SENSITIVE, true));
    }
    if (parts.stream().anyMatch(one -> !one.first(AttributeTypes.EXTRACTABLE).orElse(true))) {
      restrictions.add(Attribute.of(AttributeTypes.EXTRACTABLE, false));
    }
    return restrictions;
  }
}
