package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Cancellation Result (KMIP 2.1 section 11.7); unknown values survive. */
public final class CancellationResult extends OpenEnum {
  public static final EnumKind<CancellationResult> KIND =
      new EnumKind<>(Tag.CANCELLATION_RESULT, CancellationResult::new);

  public static final CancellationResult CANCELED = KIND.known(0x01, "Canceled");
  public static final CancellationResult UNABLE_TO_CANCEL = KIND.known(0x02, "UnableToCancel");
  public static final CancellationResult COMPLETED = KIND.known(0x03, "Completed");
  public static final CancellationResult FAILED = KIND.known(0x04, "Failed");
  public static final CancellationResult UNAVAILABLE = KIND.known(0x05, "Unavailable");

  private CancellationResult(int value, String name) {
    super(value, name);
  }
}
