package io.keymoor.disk.qcow2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.disk.MemoryImage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A small sound qcow2 image, byte for byte, to be damaged by tests: version 3, clusters of 512
 * bytes, a disk of 8 clusters.
 *
 * <pre>
 * 0 header   512 L1 table, one entry   1024 L2 table   1536 data of guest cluster 2   2048 free
 * </pre>
 */
final class Qcow2Bytes {
  static final int CLUSTER = 512;
  static final int L1 = CLUSTER;
  static final int L2 = 2 * CLUSTER;
  static final int DATA = 3 * CLUSTER;
  static final int FREE = 4 * CLUSTER;
  static final int EXTENSIONS = 104;
  private static final int LENGTH = 8 * CLUSTER;

  private Qcow2Bytes() {}

  static byte[] sound() {
    ByteBuffer image = ByteBuffer.allocate(LENGTH);
    image.putInt(0, 0x514649fb).putInt(4, 3).putInt(20, 9).putLong(24, 8 * CLUSTER);
    image.putInt(36, 1).putLong(40, L1).putInt(96, 4).putInt(100, EXTENSIONS);
    image.putLong(L1, L2);
    image.putLong(L2 + 2 * 8, DATA);
    for (int i = 0; i < CLUSTER; i++) {
      image.put(DATA + i, (byte) 0xd2);
    }
    return image.array();
  }

  static MemoryImage changed(Consumer<ByteBuffer> change) {
    byte[] image = sound();
    change.accept(ByteBuffer.wrap(image));
    return new MemoryImage(image);
  }

  /** Names a backing file, of no recorded format when {@code format} is empty. */
  static void nameBacking(ByteBuffer image, String name, String format) {
    byte[] text = name.getBytes(UTF_8);
    int at = EXTENSIONS;
    if (!format.isEmpty()) {
      byte[] formatText = format.getBytes(UTF_8);
      image.putInt(at, 0xe2792aca).putInt(at + 4, formatText.length).put(at + 8, formatText);
      at += 8 + (formatText.length + 7) / 8 * 8;
    }
    image.putLong(8, at + 8L).putInt(16, text.length).put(at + 8, text);
  }
}
