package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Link;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.attribute.NewAttributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts new objects into the workspace: attributes checked and completed, material sealed. */
final class Keeper {
  private final Vault vault;
  private final Names names;
  private final Access access;
  private final Templates templates;

  /** Finds templates by their names. */
  @FunctionalInterface
  interface Templates {
    /** The identifier of the client's template of that name. */
    Optional<String> find(Name name, BatchContext context);
  }

  Keeper(Vault vault, Names names, Access access, Templates templates) {
    this.vault = vault;
    this.names = names;
    this.access = access;
    this.templates = templates;
  }

  /** The attributes a request gives a new object, those of its templates included. */
  List<Attribute<?>> given(NewAttributes attributes, BatchContext context) {
    List<Attribute<?>> own = AttributeRules.atCreation(attributes.attributes(), context.version());
    List<Attribute<?>> all = new ArrayList<>();
    for (Name template : attributes.templates()) {
      all = joined(all, template(template, context));
    }
    return joined(all, own);
  }

  List<Attribute<?>> given(Optional<NewAttributes> attributes, BatchContext context) {
    return given(attributes.orElse(NewAttributes.NONE), context);
  }

  private List<Attribute<?>> template(Name name, BatchContext context) {
    String id =
        templates
            .find(name, context)
            .orElseThrow(() ->
                new KmipFailure(ResultReason.ITEM_NOT_FOUND, "There is no template of that name."));
    StoredObject stored = access.alive(context, ObjectId.of(id), Right.SEE);
    if (!stored.type().equals(ObjectType.TEMPLATE)) {
      throw new KmipFailure(ResultReason.INVALID_FIELD, "The named object is no template.");
    }
    try (ManagedObject object = vault.open(id, stored.material().orElseThrow())) {
      return object instanceof ManagedObject.Template template
          ? template.attributes().list()
          : List.of();
    }
  }

  /** Both, the later values in the place of earlier ones of the same attribute. */
  static List<Attribute<?>> joined(List<Attribute<?>> earlier, List<Attribute<?>> later) {
    Set<AttributeType<?>> replaced = new LinkedHashSet<>();
    later.forEach(attribute -> replaced.add(attribute.type()));
    List<Attribute<?>> all = new ArrayList<>();
    earlier.stream().filter(one -> !replaced.contains(one.type())).forEach(all::add);
    all.addAll(later);
    return all;
  }

  /** A link to another object, with the next free index among {@code attributes}. */
  static Attribute<Link> link(LinkType type, String target, List<Attribute<?>> attributes) {
    int next =
        attributes.stream()
            .filter(one -> one.type().equals(AttributeTypes.LINK))
            .mapToInt(one -> one.index() + 1)
            .max()
            .orElse(0);
    return new Attribute<>(AttributeTypes.LINK, next, new Link(type, ObjectId.of(target)));
  }

  /** The object with another link, in the place of one of the same type. */
  static StoredObject linked(StoredObject object, LinkType type, String target) {
    List<Attribute<?>> all = new ArrayList<>(object.attributes().list());
    all.removeIf(one ->
        one.as(AttributeTypes.LINK).filter(link -> link.value().type().equals(type)).isPresent());
    all.add(link(type, target, all));
    return object.with(new Attributes(all));
  }

  /** A new object with its attributes, not sealed and not stored. */
  StoredObject fresh(
      String id,
      ManagedObject object,
      List<Attribute<?>> given,
      boolean madeHere,
      BatchContext context) {
    return NewObject.of(id, object, given, madeHere, context);
  }

  /** Makes and stores a new object. */
  StoredObject keep(
      String id,
      ManagedObject object,
      List<Attribute<?>> given,
      boolean madeHere,
      BatchContext context) {
    StoredObject made = fresh(id, object, given, madeHere, context);
    put(Optional.empty(), made, object, context);
    return made;
  }

  /** Seals the material and stores the object, in the place of {@code existing} if there is one. */
  void put(
      Optional<StoredObject> existing,
      StoredObject made,
      ManagedObject object,
      BatchContext context) {
    names.requireFree(made, context, ResultReason.INVALID_FIELD);
    long revision = existing.isPresent() ? context.workspace().nextRevision(made.id()) : 1;
    StoredObject sealed = made.with(Optional.of(vault.seal(made.id(), revision, object)));
    if (existing.isPresent()) {
      context.workspace().update(existing.get(), sealed);
    } else {
      context.workspace().insert(sealed);
    }
  }
}
