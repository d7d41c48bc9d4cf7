package io.keymoor.provider.standard;

import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.ResultReason;

/** What came of one request to a KMS. */
sealed interface Answer {
  /** What to tell people; empty when it was done. */
  String sentence();

  /** It was done. */
  record Done(Response payload) implements Answer {
    @Override
    public String sentence() {
      return "";
    }
  }

  /** It was refused and left nothing behind. */
  record Refused(ResultReason reason, String sentence) implements Answer {
    /** Whether the server knows no such object. */
    boolean isUnknownObject() {
      return reason.equals(ResultReason.ITEM_NOT_FOUND)
          || reason.equals(ResultReason.OBJECT_NOT_FOUND);
    }

    /** Whether the KMS does not let us. */
    boolean isForbidden() {
      return reason.equals(ResultReason.AUTHENTICATION_NOT_SUCCESSFUL)
          || reason.equals(ResultReason.PERMISSION_DENIED)
          || reason.equals(ResultReason.NOT_AUTHORISED);
    }
  }

  /** It may have been done; the answer was lost. */
  record Lost(String sentence) implements Answer {}

  /**
   * No server was reached; it was not done.
   *
   * @param lasting whether it stays so until a person changes something: no server is trusted, or
   *     none lets us in
   */
  record Unreachable(String sentence, boolean lasting) implements Answer {}
}
