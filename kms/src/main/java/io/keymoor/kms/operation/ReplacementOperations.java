package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Link;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.ReKey;
import io.keymoor.kmip.operation.ReKeyKeyPair;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Right;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Re-key and Re-key Key Pair (KMIP 1.4 sections 4.4 and 4.5): the replacement takes over names and
 * attributes, both are linked, dates move by the offset.
 */
final class ReplacementOperations {
  private static final Set<AttributeType<Instant>> DATES =
      Set.of(
          AttributeTypes.ACTIVATION_DATE,
          AttributeTypes.PROCESS_START_DATE,
          AttributeTypes.PROTECT_STOP_DATE,
          AttributeTypes.DEACTIVATION_DATE);

  private final Keeper keeper;
  private final Access access;
  private final SecureRandom random;

  ReplacementOperations(Keeper keeper, Access access, SecureRandom random) {
    this.keeper = keeper;
    this.access = access;
    this.random = random;
  }

  ReKey.Result reKey(ReKey request, BatchContext context) {
    StoredObject old = replaceable(request.object(), ObjectType.SYMMETRIC_KEY, context);
    List<Attribute<?>> wanted = keeper.given(request.attributes(), context);
    List<Attribute<?>> inherited = inherited(old, wanted, request.offset(), context);
    Attributes all = new Attributes(inherited);
    String id = UUID.randomUUID().toString();
    try (ManagedObject key =
        CreationOperations.symmetricKey(
            all.first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM)
                .orElseThrow(() -> CreationOperations.missing("Cryptographic Algorithm")),
            all.first(AttributeTypes.CRYPTOGRAPHIC_LENGTH)
                .orElseThrow(() -> CreationOperations.missing("Cryptographic Length")),
            random)) {
      replace(old, id, key, inherited, context);
    }
    context.made(id, IdentifierReference.RE_KEY);
    return new ReKey.Result(id, Optional.empty());
  }

  ReKeyKeyPair.Result reKeyKeyPair(ReKeyKeyPair request, BatchContext context) {
    StoredObject oldPrivate =
        replaceable(request.privateKeyObject(), ObjectType.PRIVATE_KEY, context);
    StoredObject oldPublic = replaceable(partner(oldPrivate), ObjectType.PUBLIC_KEY, context);
    List<Attribute<?>> privateAttributes =
        inherited(
            oldPrivate,
            joined(request.common(), request.privateKey(), context),
            request.offset(),
            context);
    List<Attribute<?>> publicAttributes =
        inherited(
            oldPublic,
            joined(request.common(), request.publicKey(), context),
            request.offset(),
            context);
    String privateId = UUID.randomUUID().toString();
    String publicId = UUID.randomUUID().toString();
    try (PairMaker.Pair pair = PairMaker.make(new Attributes(privateAttributes), random)) {
      privateAttributes.add(Keeper.link(PairMaker.TO_PUBLIC, publicId, privateAttributes));
      publicAttributes.add(Keeper.link(PairMaker.TO_PRIVATE, privateId, publicAttributes));
      replace(oldPrivate, privateId, pair.privateKey(), privateAttributes, context);
      replace(oldPublic, publicId, pair.publicKey(), publicAttributes, context);
    }
    context.made(
        privateId,
        IdentifierReference.RE_KEY_KEY_PAIR,
        IdentifierReference.RE_KEY_KEY_PAIR_PRIVATE_KEY);
    context.madeToo(publicId, IdentifierReference.RE_KEY_KEY_PAIR_PUBLIC_KEY);
    return new ReKeyKeyPair.Result(privateId, publicId, Optional.empty(), Optional.empty());
  }

  private List<Attribute<?>> joined(
      Optional<NewAttributes> common, Optional<NewAttributes> own, BatchContext context) {
    return Keeper.joined(keeper.given(common, context), keeper.given(own, context));
  }

  /** The object, of that type, that has no replacement yet. */
  StoredObject replaceable(ObjectId id, ObjectType type, BatchContext context) {
    StoredObject old = access.onLine(context, id, Right.CHANGE);
    boolean replaced =
        old.attributes().all(AttributeTypes.LINK).stream()
            .anyMatch(link -> link.type().equals(LinkType.REPLACEMENT_OBJECT_LINK));
    if (!old.type().equals(type) || old.isDestroyed() || replaced) {
      throw new KmipFailure(
          ResultReason.PERMISSION_DENIED,
          "The object cannot be replaced: it is of another type, destroyed, or replaced already.");
    }
    return old;
  }

  private static ObjectId partner(StoredObject privateKey) {
    return privateKey.attributes().all(AttributeTypes.LINK).stream()
        .filter(link -> link.type().equals(PairMaker.TO_PUBLIC))
        .map(Link::target)
        .findFirst()
        .orElseThrow(() ->
            new KmipFailure(
                ResultReason.PERMISSION_DENIED, "The private key has no public key here."));
  }

  /** What the replacement has of the old object, with the dates moved and the request's changes. */
  static List<Attribute<?>> inherited(
      StoredObject old,
      List<Attribute<?>> wanted,
      Optional<Duration> offset,
      BatchContext context) {
    List<Attribute<?>> copied = new ArrayList<>();
    for (Attribute<?> attribute : old.attributes().list()) {
      AttributeType<?> type = attribute.type();
      boolean clients = type.clientSets() != AttributeType.ClientSets.NEVER;
      boolean own =
          type.equals(AttributeTypes.LINK)
              || type.equals(AttributeTypes.FRESH)
              || type.equals(AttributeTypes.ORIGINAL_CREATION_DATE);
      if (clients && !own && !DATES.contains(type)) {
        copied.add(attribute);
      }
    }
    if (offset.isPresent() && wanted.stream().anyMatch(one -> DATES.contains(one.type()))) {
      throw new KmipFailure(
          ResultReason.INVALID_MESSAGE, "Either an offset or dates can be given, not both.");
    }
    copied.addAll(dates(old, offset, context));
    return Keeper.joined(copied, wanted);
  }

  private static List<Attribute<?>> dates(
      StoredObject old, Optional<Duration> offset, BatchContext context) {
    Optional<Instant> activation = old.first(AttributeTypes.ACTIVATION_DATE);
    boolean others =
        DATES.stream()
            .filter(type -> !type.equals(AttributeTypes.ACTIVATION_DATE))
            .anyMatch(type -> old.first(type).isPresent());
    if (offset.isPresent() && activation.isEmpty() && others) {
      throw new KmipFailure(
          ResultReason.ILLEGAL_OPERATION,
          "An offset has nothing to move: the existing key has no activation date.");
    }
    Duration moved =
        offset.isPresent() && activation.isPresent()
            ? Duration.between(activation.get(), context.now().plus(offset.get()))
            : Duration.ZERO;
    List<Attribute<?>> dates = new ArrayList<>();
    for (AttributeType<Instant> type : DATES) {
      old.first(type).ifPresent(date -> dates.add(Attribute.of(type, date.plus(moved))));
    }
    if (offset.isPresent() && activation.isEmpty()) {
      dates.add(Attribute.of(AttributeTypes.ACTIVATION_DATE, context.now().plus(offset.get())));
    }
    return dates;
  }

  /** Stores the replacement, links both, and leaves the old object without its names. */
  void replace(
      StoredObject old,
      String id,
      ManagedObject key,
      List<Attribute<?>> attributes,
      BatchContext context) {
    StoredObject nameless =
        Keeper.linked(old.without(AttributeTypes.NAME), LinkType.REPLACEMENT_OBJECT_LINK, id);
    LifeCycleOperations.change(old, nameless, context);
    attributes.add(Keeper.link(LinkType.REPLACED_OBJECT_LINK, old.id(), attributes));
    keeper.keep(id, key, attributes, true, context);
  }
}
