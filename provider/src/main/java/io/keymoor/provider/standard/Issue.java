package io.keymoor.provider.standard;

import io.keymoor.provider.IssuedKey;

/** What came of asking for a new key. */
public sealed interface Issue {
  /** Here it is; its receiver closes it. */
  record Issued(IssuedKey key) implements Issue {}

  /** There is none; {@code reason} is a clause that says why. */
  record Refused(String reason) implements Issue {}

  /** There may be one that nobody uses; the ledger knows its mark. */
  record Unknown(String reason) implements Issue {}
}
