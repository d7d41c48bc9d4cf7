package io.keymoor.provider.standard;

import io.keymoor.provider.IssuedKey;

/** What came of asking for a new key. */
public sealed interface Issue {
  /** Here it is; its receiver closes it. */
  record Issued(IssuedKey key) implements Issue {}

  /**
   * There is none.
   *
   * @param reason a clause that says why
   * @param lasting whether it stays so until a person changes something
   */
  record Refused(String reason, boolean lasting) implements Issue {}

  /** There may be one that nobody uses; the ledger knows its mark. */
  record Unknown(String reason) implements Issue {}
}
