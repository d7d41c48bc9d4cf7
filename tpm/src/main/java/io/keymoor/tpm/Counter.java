package io.keymoor.tpm;

import java.nio.ByteBuffer;

/**
 * One counter of a TPM, in its owner's NV space. It has no password: whoever may use the TPM may
 * count on or remove it, as they may clear the TPM. Going back nobody can. Read and counted on in a
 * session salted with the storage key, so that what it says is the TPM's own word.
 *
 * @param operation whose TPM it is, and whose storage key is there
 * @param handle as tpm2-tools take an index
 */
record Counter(Operation operation, String handle) {
  private static final String ATTRIBUTES = "nt=counter|authread|authwrite|no_da";

  /** Makes it; its value is above every one that this TPM ever had. */
  void make() {
    operation.step("tpm2_nvdefine -Q -C o -a " + ATTRIBUTES, handle);
    // It can't be read before it was counted on once.
    increment();
  }

  long value() {
    String file = operation.path("count");
    try (Operation.Session session = operation.hmac()) {
      operation
          .tool("tpm2_nvread -Q -s 8", "-C", handle, "-P", session.reference(), "-o", file, handle)
          .run();
    }
    byte[] value = operation.read("count");
    if (value.length != Long.BYTES) {
      throw new TpmException.CounterGone();
    }
    return ByteBuffer.wrap(value).getLong();
  }

  void increment() {
    try (Operation.Session session = operation.hmac()) {
      operation.tool("tpm2_nvincrement -Q", "-C", handle, "-P", session.reference(), handle).run();
    }
  }

  void remove() {
    operation.step("tpm2_nvundefine -Q -C o", handle);
  }
}
