package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Processing Stage (KMIP 2.1 section 11.40); unknown values survive. */
public final class ProcessingStage extends OpenEnum {
  public static final EnumKind<ProcessingStage> KIND =
      new EnumKind<>(Tag.PROCESSING_STAGE, ProcessingStage::new);

  public static final ProcessingStage SUBMITTED = KIND.known(0x01, "Submitted");
  public static final ProcessingStage IN_PROCESS = KIND.known(0x02, "InProcess");
  public static final ProcessingStage COMPLETED = KIND.known(0x03, "Completed");

  private ProcessingStage(int value, String name) {
    super(value, name);
  }
}
