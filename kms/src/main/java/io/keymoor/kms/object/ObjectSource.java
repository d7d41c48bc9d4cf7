package io.keymoor.kms.object;

import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.store.Database;
import io.keymoor.kms.store.ObjectRow;
import io.keymoor.kms.store.Objects;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where objects are read.
 *
 * <p>A node that has the database for itself keeps what it read, sealed as it is, so that a Get
 * asks no database; nodes that share one ask it every time, so that a key destroyed on one is gone
 * on the others at once. Thread-safe.
 */
public final class ObjectSource {
  private static final int MOST_KEPT = 32_000;

  private final Objects objects;
  private final boolean alone;
  private final Map<String, StoredObject> kept = new LinkedHashMap<>(1024, 0.75f, true);

  public ObjectSource(Objects objects, Database.Sharing sharing) {
    this.objects = objects;
    this.alone = sharing == Database.Sharing.ALONE;
  }

  /** The object of that identifier. */
  public Optional<StoredObject> find(String id) {
    if (alone) {
      synchronized (kept) {
        StoredObject known = kept.get(id);
        if (known != null) {
          return Optional.of(known);
        }
      }
    }
    Optional<StoredObject> found = objects.find(id).map(ObjectSource::decoded);
    found.ifPresent(this::keep);
    return found;
  }

  /** Remembers what was written; an older revision never replaces a newer one. */
  void keep(StoredObject object) {
    if (!alone) {
      return;
    }
    synchronized (kept) {
      kept.merge(object.id(), object, (a, b) -> a.revision() > b.revision() ? a : b);
      if (kept.size() > MOST_KEPT) {
        Iterator<String> eldest = kept.keySet().iterator();
        eldest.next();
        eldest.remove();
      }
    }
  }

  /** Forgets an object that somebody else turned out to have changed. */
  void forget(String id) {
    synchronized (kept) {
      kept.remove(id);
    }
  }

  /** A row as an object. */
  public static StoredObject decoded(ObjectRow row) {
    return new StoredObject(
        row.id(),
        ObjectType.KIND.of(row.objectType()),
        row.owner(),
        row.state() == 0 ? Optional.empty() : Optional.of(ObjectState.of(row.state())),
        row.archived(),
        row.revision(),
        AttributeCodec.decode(row.attributes()),
        row.material().map(box -> new StoredObject.Sealed(box, row.sealedAt())));
  }

  static ObjectRow encoded(StoredObject object) {
    return new ObjectRow(
        object.id(),
        object.type().value(),
        object.owner(),
        object.state().map(ObjectState::number).orElse(0),
        object.archived(),
        object.revision(),
        object.material().map(StoredObject.Sealed::box),
        object.material().map(StoredObject.Sealed::sealedAt).orElse(0L),
        AttributeCodec.encode(object.attributes()));
  }
}
