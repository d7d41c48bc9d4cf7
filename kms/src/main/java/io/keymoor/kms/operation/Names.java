package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.AttributeIndex;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.store.IndexKey;
import io.keymoor.kms.store.Objects;
import java.util.List;

/**
 * Names are unique among the living objects of one owner (KMIP 1.4 section 3.2). The database holds
 * this too; asked here, a client gets a sentence instead of a conflict.
 */
final class Names {
  private final Objects objects;

  Names(Objects objects) {
    this.objects = objects;
  }

  /**
   * Refuses an object with another's name.
   *
   * @param before20 the reason in KMIP 1.x, where it depends on the operation
   */
  void requireFree(StoredObject object, BatchContext context, ResultReason before20) {
    if (object.isDestroyed() && object.revision() > 0) {
      return;
    }
    List<Name> names = object.attributes().all(AttributeTypes.NAME);
    for (Name name : names) {
      if (isTakenHere(name, object, context) || isTakenThere(name, object, context)) {
        throw new KmipFailure(
            ResultReason.NON_UNIQUE_NAME_ATTRIBUTE,
            before20,
            "Another of your objects has this name.");
      }
    }
  }

  private static boolean isTakenHere(Name name, StoredObject object, BatchContext context) {
    return context.workspace().changed().stream()
        .filter(other -> !other.id().equals(object.id()) && other.owner().equals(object.owner()))
        .filter(other -> !other.isDestroyed())
        .anyMatch(other -> other.attributes().all(AttributeTypes.NAME).contains(name));
  }

  private boolean isTakenThere(Name name, StoredObject object, BatchContext context) {
    IndexKey key = AttributeIndex.key(Attribute.of(AttributeTypes.NAME, name)).orElseThrow();
    return objects
        .holder(object.owner(), key)
        .filter(id -> !id.equals(object.id()))
        .flatMap(context.workspace()::find)
        // An earlier item of this batch may have taken the name from its holder.
        .filter(holder -> !holder.isDestroyed())
        .filter(holder -> holder.attributes().all(AttributeTypes.NAME).contains(name))
        .isPresent();
  }
}
