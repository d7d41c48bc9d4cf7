package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.object.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The attributes of Import: an exported object brings its history along, which no other request may
 * write (KMIP 1.4 section 4.37).
 */
final class ImportedAttributes {
  private static final Set<AttributeType<?>> NEVER =
      Set.of(
          AttributeTypes.UNIQUE_IDENTIFIER,
          AttributeTypes.OBJECT_TYPE,
          AttributeTypes.STATE,
          AttributeTypes.DIGEST,
          AttributeTypes.KEY_FORMAT_TYPE,
          AttributeTypes.LEASE_TIME,
          AttributeTypes.LAST_CHANGE_DATE,
          AttributeTypes.ALWAYS_SENSITIVE,
          AttributeTypes.NEVER_EXTRACTABLE);

  private ImportedAttributes() {}

  /** What is taken over as it stands. */
  static List<Attribute<?>> accepted(Attributes given, BatchContext context) {
    List<Attribute<?>> clients = new ArrayList<>();
    List<Attribute<?>> servers = new ArrayList<>();
    for (Attribute<?> attribute : given.list()) {
      AttributeType<?> type = attribute.type();
      if (!NEVER.contains(type)) {
        AttributeRules.requireKnown(type, context.version());
        (type.clientSets() == AttributeType.ClientSets.NEVER ? servers : clients).add(attribute);
      }
    }
    List<Attribute<?>> all =
        new ArrayList<>(AttributeRules.atCreation(new Attributes(clients), context.version()));
    all.addAll(servers);
    return all;
  }

  /** The object with the history and the state that it was exported with. */
  static StoredObject restored(StoredObject made, Attributes given, BatchContext context) {
    StoredObject object = made;
    Optional<Instant> initial = given.first(AttributeTypes.INITIAL_DATE);
    if (initial.isPresent()) {
      object = object.with(AttributeTypes.INITIAL_DATE, initial.get());
    }
    Optional<ObjectState> state =
        given.first(AttributeTypes.STATE).map(State::value).flatMap(ImportedAttributes::state);
    if (state.isPresent() && object.state().isPresent() && !state.get().isDestroyed()) {
      object = object.in(state.get());
    }
    return object.with(AttributeTypes.LAST_CHANGE_DATE, context.now());
  }

  private static Optional<ObjectState> state(int number) {
    return number >= 1 && number <= 6 ? Optional.of(ObjectState.of(number)) : Optional.empty();
  }
}
