package io.keymoor.kms.object;

import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.store.Change;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.IndexKey;
import io.keymoor.kms.store.KmsStoreException;
import io.keymoor.kms.store.WriteUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request sees and changes: its own changes over the stored objects. Nothing is durable,
 * nor visible to others, before {@link #commit}. Used by one thread.
 */
public final class Workspace {
  private final ObjectSource source;
  private Map<String, Touched> touched = new HashMap<>();

  /** The object as it was read, empty when it is new, and as it shall be. */
  private record Touched(Optional<StoredObject> before, StoredObject after) {}

  /** A point to come back to. */
  public static final class Mark {
    private final Map<String, Touched> touched;

    private Mark(Map<String, Touched> touched) {
      this.touched = touched;
    }
  }

  public Workspace(ObjectSource source) {
    this.source = source;
  }

  /** The object of that identifier, with the changes made here. */
  public Optional<StoredObject> find(String id) {
    Touched own = touched.get(id);
    return own == null ? source.find(id) : Optional.of(own.after());
  }

  /** The objects that were changed or made here. */
  public List<StoredObject> changed() {
    return touched.values().stream().map(Touched::after).toList();
  }

  /** The revision an object gets with its next commit. */
  public long nextRevision(String id) {
    Touched own = touched.get(id);
    return own == null
        ? source.find(id).map(StoredObject::revision).orElse(0L) + 1
        : own.before().map(StoredObject::revision).orElse(0L) + 1;
  }

  /** Adds an object whose identifier is new. */
  public void insert(StoredObject object) {
    touched.put(object.id(), new Touched(Optional.empty(), object));
  }

  /** Changes an object that {@link #find} answered. */
  public void update(StoredObject before, StoredObject after) {
    Touched own = touched.get(after.id());
    touched.put(after.id(), new Touched(own == null ? Optional.of(before) : own.before(), after));
  }

  /** Where things stand now. */
  public Mark mark() {
    return new Mark(Map.copyOf(touched));
  }

  /** Forgets every change since {@code mark}. */
  public void backTo(Mark mark) {
    touched = new HashMap<>(mark.touched);
  }

  /** Whether there is nothing to commit. */
  public boolean isEmpty() {
    return touched.isEmpty();
  }

  /**
   * Makes the changes durable together with their audit.
   *
   * @throws KmsStoreException.Conflict when somebody else was faster; the request starts over
   */
  public void commit(GroupCommit commit, List<AuditEvent> audit) {
    List<Change> changes = new ArrayList<>();
    List<StoredObject> results = new ArrayList<>();
    for (Touched one : touched.values()) {
      long revision = one.before().map(StoredObject::revision).orElse(0L) + 1;
      StoredObject result = one.after().at(revision);
      changes.add(change(one, result));
      results.add(result);
    }
    try {
      commit.write(new WriteUnit(changes, audit));
    } catch (KmsStoreException.Conflict conflict) {
      touched.keySet().forEach(source::forget);
      throw conflict;
    }
    results.forEach(source::keep);
  }

  private static Change change(Touched one, StoredObject result) {
    Set<IndexKey> index = AttributeIndex.keys(result);
    if (one.before().isEmpty()) {
      return new Change.Insert(ObjectSource.encoded(result), index);
    }
    StoredObject before = one.before().get();
    boolean material = !before.material().equals(result.material());
    return new Change.Update(
        ObjectSource.encoded(result), material, index, !index.equals(AttributeIndex.keys(before)));
  }
}
