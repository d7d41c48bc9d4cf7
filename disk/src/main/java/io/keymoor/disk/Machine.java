package io.keymoor.disk;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a machine offers beyond the Java runtime. All of it makes things faster and nothing more:
 * whatever is absent is done without, with the same result. Thread-safe.
 */
public interface Machine {
  /** Nothing but the Java runtime. */
  Machine JAVA =
      new Machine() {
        @Override
        public Optional<BulkAes> aes(byte[] keys, int offset) {
          return Optional.empty();
        }

        @Override
        public Optional<DataRuns> dataRuns(Path file) {
          return Optional.empty();
        }
      };

  /**
   * An AES that is faster than the runtime's own on this processor, if there is one.
   *
   * @param keys holds the 32 bytes of the key at {@code offset}; it is not kept
   */
  Optional<BulkAes> aes(byte[] keys, int offset);

  /** Hashing that is faster than the runtime's own in a fresh process, if there is any. */
  default Optional<KeyHashing> keyHashing() {
    return Optional.empty();
  }

  /**
   * Asks the kernel to serve the reading and writing of this thread, and of threads it starts from
   * now on, when nobody else wants the disk.
   *
   * @return whether the kernel took it; how much it cares is for the disk's scheduler to know
   */
  default boolean yieldDisks() {
    return false;
  }

  /**
   * What tells the holes of a file from its data, where the file system is known to tell the truth.
   * Closing it closes a descriptor, and with that drops this process's locks on the file, which
   * {@link ImageFile#dataRuns} sees to.
   */
  Optional<DataRuns> dataRuns(Path file);
}
