package io.keymoor.disk.qcow2;

import io.keymoor.disk.ImageStorage;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The L2 tables of an image that is being written: a few in memory, the others in the file, so that
 * memory does not grow with the disk. Not thread-safe; {@link Qcow2Target} guards it.
 */
final class L2Tables {
  private static final int TABLES_IN_MEMORY = 32;

  private final ImageStorage file;
  private final int entries;
  private final Map<Long, ByteBuffer> tables = new LinkedHashMap<>(16, 0.75f, true);

  L2Tables(ImageStorage file, int entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Starts an empty table at {@code offset} of the file. */
  void create(long offset) {
    makeRoom();
    tables.put(offset, ByteBuffer.allocate(entries * 8));
  }

  void set(long offset, int index, long entry) {
    ByteBuffer table = tables.get(offset);
    if (table == null) {
      makeRoom();
      table = ByteBuffer.allocate(entries * 8);
      file.read(offset, table.array(), 0, table.capacity());
      tables.put(offset, table);
    }
    table.putLong(index * 8, entry);
  }

  private void makeRoom() {
    if (tables.size() >= TABLES_IN_MEMORY) {
      Iterator<Map.Entry<Long, ByteBuffer>> eldest = tables.entrySet().iterator();
      write(eldest.next());
      eldest.remove();
    }
  }

  /** Writes all tables to the file. */
  void flush() {
    tables.entrySet().forEach(this::write);
  }

  private void write(Map.Entry<Long, ByteBuffer> table) {
    file.write(table.getKey(), table.getValue().array(), 0, table.getValue().capacity());
  }
}
