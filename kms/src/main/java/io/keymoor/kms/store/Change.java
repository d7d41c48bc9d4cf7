package io.keymoor.kms.store;

import java.util.Set;

/** One change of one object, part of a {@link WriteUnit}. */
public sealed interface Change {
  /** The object's identifier. */
  String id();

  /** A new object. */
  record Insert(ObjectRow row, Set<IndexKey> index) implements Change {
    @Override
    public String id() {
      return row.id();
    }
  }

  /**
   * A changed object; {@code row} has the revision after the change.
   *
   * @param material whether the material changed; otherwise the stored one stays
   * @param index all index keys after the change
   * @param reindex whether they differ from those before it
   */
  record Update(ObjectRow row, boolean material, Set<IndexKey> index, boolean reindex)
      implements Change {
    @Override
    public String id() {
      return row.id();
    }
  }

  /** An object that leaves the store with all its attributes. */
  record Delete(String id, long revision) implements Change {}
}
