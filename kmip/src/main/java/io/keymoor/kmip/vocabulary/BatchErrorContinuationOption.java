package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Batch Error Continuation Option (KMIP 2.1 section 11.5); unknown values survive. */
public final class BatchErrorContinuationOption extends OpenEnum {
  public static final EnumKind<BatchErrorContinuationOption> KIND =
      new EnumKind<>(Tag.BATCH_ERROR_CONTINUATION_OPTION, BatchErrorContinuationOption::new);

  public static final BatchErrorContinuationOption CONTINUE = KIND.known(0x01, "Continue");
  public static final BatchErrorContinuationOption STOP = KIND.known(0x02, "Stop");
  public static final BatchErrorContinuationOption UNDO = KIND.known(0x03, "Undo");

  private BatchErrorContinuationOption(int value, String name) {
    super(value, name);
  }
}
