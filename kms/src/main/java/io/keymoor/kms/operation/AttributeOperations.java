package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeType.ClientSets;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.AdjustAttribute;
import io.keymoor.kmip.operation.DeleteAttribute;
import io.keymoor.kmip.operation.ModifyAttribute;
import io.keymoor.kmip.operation.SetAttribute;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Right;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Add, Modify, Delete, Set and Adjust Attribute. */
final class AttributeOperations {
  private final Access access;
  private final Names names;

  AttributeOperations(Access access, Names names) {
    this.access = access;
    this.names = names;
  }

  AddAttribute.Result add(AddAttribute request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    Attribute<?> wanted = request.attribute();
    AttributeType<?> type = wanted.type();
    requireSettable(type, context);
    if (wanted.index() != Attribute.NO_INDEX) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "A new value gets its index from the server.");
    }
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    int next = nextIndex(all, type);
    if (next > 0 && !type.isMultiple()) {
      throw new KmipFailure(
          ResultReason.ATTRIBUTE_SINGLE_VALUED,
          "The object has the attribute " + type.name() + " already; modify it instead.");
    }
    AttributeRules.requireRoom(all.size());
    Attribute<?> added = AttributeRules.indexed(AttributeRules.checked(wanted), next);
    all.add(added);
    change(object, all, context);
    return new AddAttribute.Result(
        object.id(), Optional.of(AttributeView.withoutFirstIndex(added)));
  }

  SetAttribute.Result set(SetAttribute request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    AttributeType<?> type = request.attribute().type();
    requireSettable(type, context);
    if (type.isMultiple() && !type.isCustom()) {
      throw new KmipFailure(
          ResultReason.MULTI_VALUED_ATTRIBUTE,
          "The attribute " + type.name() + " may have several values; add or modify one.");
    }
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    if (all.removeIf(attribute -> attribute.type().equals(type))) {
      requireModifiable(object, type, context, ResultReason.READ_ONLY_ATTRIBUTE);
    }
    all.add(AttributeRules.indexed(AttributeRules.checked(request.attribute()), 0));
    change(object, all, context);
    return new SetAttribute.Result(object.id());
  }

  ModifyAttribute.Result modify(ModifyAttribute request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    Attribute<?> wanted = request.attribute();
    AttributeType<?> type = wanted.type();
    AttributeRules.requireKnown(type, context.version());
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    if (AttributeView.of(object, type, context.now(), context.version()).isEmpty()) {
      throw new KmipFailure(
          context.version().isTagged()
              ? ResultReason.ATTRIBUTE_NOT_FOUND
              : ResultReason.INVALID_FIELD,
          "The object has no attribute " + type.name() + "; add it first.");
    }
    requireModifiable(object, type, context, ResultReason.ATTRIBUTE_READ_ONLY);
    int place = place(all, type, request.current(), wanted.index());
    Attribute<?> modified = AttributeRules.checked(wanted).at(all.get(place).index());
    all.set(place, modified);
    change(object, all, context);
    return new ModifyAttribute.Result(
        object.id(), Optional.of(AttributeView.withoutFirstIndex(modified)));
  }

  DeleteAttribute.Result delete(DeleteAttribute request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    AttributeType<?> type =
        request
            .name()
            .or(() -> request.current().map(Attribute::type))
            .orElseThrow(() ->
                new KmipFailure(ResultReason.INVALID_MESSAGE, "The request names no attribute."));
    AttributeRules.requireKnown(type, context.version());
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    if (!type.clientDeletes()
        && !AttributeView.of(object, type, context.now(), context.version()).isEmpty()) {
      throw readOnly(ResultReason.ATTRIBUTE_READ_ONLY, type, "deleted");
    }
    if (request.current().isEmpty() && context.version().isTagged()) {
      // A reference alone stands for all values (KMIP 2.1 section 6.1.13).
      if (!all.removeIf(attribute -> attribute.type().equals(type))) {
        throw noInstance(all, type);
      }
      change(object, all, context);
      return new DeleteAttribute.Result(object.id(), Optional.empty());
    }
    int place = place(all, type, request.current(), request.index().orElse(0));
    Attribute<?> deleted = all.remove(place);
    change(object, all, context);
    return new DeleteAttribute.Result(
        object.id(), Optional.of(AttributeView.withoutFirstIndex(deleted)));
  }

  AdjustAttribute.Result adjust(AdjustAttribute request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    AttributeType<?> type = request.name();
    AttributeRules.requireKnown(type, context.version());
    requireModifiable(object, type, context, ResultReason.READ_ONLY_ATTRIBUTE);
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    long values = all.stream().filter(attribute -> attribute.type().equals(type)).count();
    if (values != 1) {
      throw new KmipFailure(
          values == 0 ? ResultReason.ITEM_NOT_FOUND : ResultReason.MULTI_VALUED_ATTRIBUTE,
          "One value can be adjusted; of " + type.name() + " the object has " + values + ".");
    }
    int place = place(all, type, Optional.empty(), Attribute.NO_INDEX);
    all.set(place, Adjustment.of(all.get(place), request.adjustment(), request.value()));
    change(object, all, context);
    return new AdjustAttribute.Result(object.id());
  }

  /** Where the value is that a request means. */
  private static int place(
      List<Attribute<?>> all, AttributeType<?> type, Optional<Attribute<?>> current, int index) {
    for (int i = 0; i < all.size(); i++) {
      Attribute<?> one = all.get(i);
      boolean meant =
          current.isPresent()
              ? one.value().equals(current.get().value())
              : one.index() == Attribute.NO_INDEX || one.index() == Math.max(0, index);
      if (one.type().equals(type) && meant) {
        return i;
      }
    }
    throw noInstance(all, type);
  }

  private static int nextIndex(List<Attribute<?>> all, AttributeType<?> type) {
    int next = 0;
    for (Attribute<?> one : all) {
      if (one.type().equals(type)) {
        next = Math.max(next, one.index() + 1);
        next = Math.max(next, 1);
      }
    }
    return next;
  }

  private static void requireSettable(AttributeType<?> type, BatchContext context) {
    AttributeRules.requireKnown(type, context.version());
    if (type.clientSets() != ClientSets.ANY_TIME) {
      throw readOnly(ResultReason.READ_ONLY_ATTRIBUTE, type, "set");
    }
  }

  private static void requireModifiable(
      StoredObject object, AttributeType<?> type, BatchContext context, ResultReason otherwise) {
    if (!type.clientModifies()) {
      throw readOnly(otherwise, type, "modified");
    }
    // Dates are open to change until they have come (KMIP 1.4 section 3.24 and following).
    boolean settled =
        DATES_OF_STATE.contains(type)
            && object.stateAt(context.now()).filter(state -> !open(state, type)).isPresent();
    if (settled) {
      throw readOnly(otherwise, type, "modified in this state of the object");
    }
  }

  private static final Set<AttributeType<Instant>> DATES_OF_STATE =
      Set.of(AttributeTypes.ACTIVATION_DATE, AttributeTypes.DEACTIVATION_DATE);

  private static boolean open(ObjectState state, AttributeType<?> type) {
    return state == ObjectState.PRE_ACTIVE
        || (state == ObjectState.ACTIVE && type.equals(AttributeTypes.DEACTIVATION_DATE));
  }

  /** KMIP 2.1 has two reasons for this, and its tables say which operation answers which. */
  private static KmipFailure readOnly(ResultReason reason, AttributeType<?> type, String what) {
    return new KmipFailure(
        reason, "The attribute " + type.name() + " cannot be " + what + " by clients.");
  }

  private static KmipFailure noInstance(List<Attribute<?>> all, AttributeType<?> type) {
    boolean other = all.stream().anyMatch(attribute -> attribute.type().equals(type));
    return new KmipFailure(
        other ? ResultReason.ATTRIBUTE_INSTANCE_NOT_FOUND : ResultReason.ATTRIBUTE_NOT_FOUND,
        "The object has no such value of the attribute " + type.name() + ".");
  }

  private void change(StoredObject before, List<Attribute<?>> all, BatchContext context) {
    StoredObject after = before.with(new Attributes(all));
    names.requireFree(after, context, ResultReason.ILLEGAL_OPERATION);
    LifeCycleOperations.change(before, after, context);
  }
}
