package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Digest;
import io.keymoor.kmip.attribute.RngParameters;
import io.keymoor.kmip.attribute.UsageLimits;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.RngAlgorithm;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.lifecycle.LifeCycle;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.object.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A new object's attributes: the client's, and those the server adds (KMIP 1.4 section 3, columns
 * "initially set by" and "when implicitly set").
 */
final class NewObject {
  /** How long a client may rely on a key before it asks again. */
  static final Duration LEASE = Duration.ofHours(1);

  private static final RngParameters RNG =
      new RngParameters(
          RngAlgorithm.UNSPECIFIED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final List<Attribute<?>> attributes;
  private final ObjectType type;

  private NewObject(List<Attribute<?>> attributes, ObjectType type) {
    this.attributes = new ArrayList<>(attributes);
    this.type = type;
  }

  /**
   * An unsealed object that nobody stored yet.
   *
   * @param madeHere whether this server made its material
   */
  static StoredObject of(
      String id,
      ManagedObject object,
      List<Attribute<?>> given,
      boolean madeHere,
      BatchContext context) {
    NewObject fresh = new NewObject(given, object.objectType());
    fresh.addServerAttributes(object, madeHere, context.now());
    Attributes all = new Attributes(fresh.attributes);
    Optional<ObjectState> state =
        AttributeTypes.STATE.appliesTo(fresh.type)
            ? Optional.of(
                LifeCycle.at(
                    ObjectState.PRE_ACTIVE,
                    all.first(AttributeTypes.ACTIVATION_DATE),
                    Optional.empty(),
                    context.now()))
            : Optional.empty();
    return new StoredObject(
        id, fresh.type, context.client().name(), state, false, 0, all, Optional.empty());
  }

  private void addServerAttributes(ManagedObject object, boolean madeHere, Instant now) {
    object.keyBlock().ifPresent(this::describe);
    if (object instanceof ManagedObject.Certificate certificate) {
      CertificateAttributes.of(certificate).forEach(this::replace);
    }
    digest(object);
    put(AttributeTypes.INITIAL_DATE, now);
    put(AttributeTypes.LAST_CHANGE_DATE, now);
    put(AttributeTypes.FRESH, true);
    if (AttributeTypes.LEASE_TIME.appliesTo(type)) {
      put(AttributeTypes.LEASE_TIME, LEASE);
    }
    if (madeHere) {
      put(AttributeTypes.ORIGINAL_CREATION_DATE, now);
      putIfAbsent(AttributeTypes.RANDOM_NUMBER_GENERATOR, RNG);
    }
    if (object.keyBlock().isPresent()) {
      boolean sensitive = putIfAbsent(AttributeTypes.SENSITIVE, false);
      boolean extractable = putIfAbsent(AttributeTypes.EXTRACTABLE, true);
      put(AttributeTypes.ALWAYS_SENSITIVE, sensitive);
      put(AttributeTypes.NEVER_EXTRACTABLE, !extractable);
    }
    first(AttributeTypes.USAGE_LIMITS)
        .ifPresent(limits ->
            put(
                AttributeTypes.USAGE_LIMITS,
                new UsageLimits(limits.total(), Optional.of(limits.total()), limits.unit())));
  }

  private void describe(KeyBlock block) {
    block
        .algorithm()
        .ifPresent(value -> putIfAbsent(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM, value));
    block.length().ifPresent(value -> putIfAbsent(AttributeTypes.CRYPTOGRAPHIC_LENGTH, value));
    put(AttributeTypes.KEY_FORMAT_TYPE, block.format());
  }

  private void digest(ManagedObject object) {
    Optional<KeyFormatType> format = object.keyBlock().map(KeyBlock::format);
    Material.sha256(object)
        .ifPresent(value ->
            attributes.add(
                new Attribute<>(
                    AttributeTypes.DIGEST,
                    0,
                    new Digest(
                        HashingAlgorithm.SHA_256, Optional.of(ByteString.owning(value)), format))));
  }

  private <T> Optional<T> first(AttributeType<T> attribute) {
    return new Attributes(attributes).first(attribute);
  }

  private <T> void put(AttributeType<T> attribute, T value) {
    attributes.removeIf(one -> one.type().equals(attribute));
    attributes.add(Attribute.of(attribute, value));
  }

  private void replace(Attribute<?> attribute) {
    attributes.removeIf(one -> one.type().equals(attribute.type()));
    attributes.add(attribute);
  }

  private <T> T putIfAbsent(AttributeType<T> attribute, T value) {
    Optional<T> given = first(attribute);
    if (given.isEmpty()) {
      attributes.add(Attribute.of(attribute, value));
    }
    return given.orElse(value);
  }
}
