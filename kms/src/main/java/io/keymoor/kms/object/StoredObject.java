package io.keymoor.kms.object;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kms.lifecycle.LifeCycle;
import io.keymoor.kms.lifecycle.ObjectState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A managed object as the server keeps it, its material still sealed. Immutable.
 *
 * @param id its unique identifier
 * @param type its kind
 * @param owner the client that made it
 * @param state the state it was stored with; empty for kinds without a life cycle
 * @param archived whether it is archived
 * @param revision its revision in the database, 0 before it was stored
 * @param attributes the attributes that are stored; the identifier, kind and state are not among
 *     them
 * @param material the sealed material; empty once destroyed
 */
public record StoredObject(
    String id,
    ObjectType type,
    String owner,
    Optional<ObjectState> state,
    boolean archived,
    long revision,
    Attributes attributes,
    Optional<Sealed> material) {
  /**
   * Sealed material.
   *
   * @param box the sealed box
   * @param sealedAt the revision in which it was sealed
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to the store as it is, never compared.
  public record Sealed(byte[] box, long sealedAt) {}

  /** The state at {@code now}, dates considered. */
  public Optional<ObjectState> stateAt(Instant now) {
    return state.map(stored ->
        LifeCycle.at(
            stored,
            attributes.first(AttributeTypes.ACTIVATION_DATE),
            attributes.first(AttributeTypes.DEACTIVATION_DATE),
            now));
  }

  /** Whether the material is gone. */
  public boolean isDestroyed() {
    return state.map(ObjectState::isDestroyed).orElse(material.isEmpty());
  }

  /** The first value of an attribute. */
  public <T> Optional<T> first(AttributeType<T> attribute) {
    return attributes.first(attribute);
  }

  /** The same object in another state. */
  public StoredObject in(ObjectState newState) {
    return new StoredObject(
        id, type, owner, Optional.of(newState), archived, revision, attributes, material);
  }

  /** The same object, archived or not. */
  public StoredObject archived(boolean yes) {
    return new StoredObject(id, type, owner, state, yes, revision, attributes, material);
  }

  /** The same object with other attributes. */
  public StoredObject with(Attributes others) {
    return new StoredObject(id, type, owner, state, archived, revision, others, material);
  }

  /** The same object with one value of an attribute, in the place of those it had. */
  public <T> StoredObject with(AttributeType<T> attribute, T value) {
    List<Attribute<?>> list = new ArrayList<>(without(attribute).attributes.list());
    list.add(Attribute.of(attribute, value));
    return with(new Attributes(list));
  }

  /** The same object without an attribute. */
  public StoredObject without(AttributeType<?> attribute) {
    return with(
        new Attributes(
            attributes.list().stream().filter(one -> !one.type().equals(attribute)).toList()));
  }

  /** The same object with other material, or none. */
  public StoredObject with(Optional<Sealed> other) {
    return new StoredObject(id, type, owner, state, archived, revision, attributes, other);
  }

  /** The same object as it is stored under another revision. */
  StoredObject at(long newRevision) {
    return new StoredObject(id, type, owner, state, archived, newRevision, attributes, material);
  }
}
