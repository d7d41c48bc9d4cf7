package io.keymoor.host.operation;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** An entry of the journal can't be read. Nothing of the VM it is about may be changed. */
public final class DamagedEntry extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<UUID> vm;

  DamagedEntry(Path file, Optional<UUID> vm, Throwable cause) {
    super(
        "The journal entry "
            + file
            + " can't be read. The VM's files were left as they are, and it is not changed. Restore"
            + " the entry, or move it away after checking that the VM starts.",
        cause);
    this.vm = vm;
  }

  /** The VM, which the file's name tells; absent where an earlier version named the file. */
  public Optional<UUID> vm() {
    return vm;
  }

  /** The message, never null. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
