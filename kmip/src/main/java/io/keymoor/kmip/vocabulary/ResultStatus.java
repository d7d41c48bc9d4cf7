package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Result Status (KMIP 2.1 section 11.47); unknown values survive. */
public final class ResultStatus extends OpenEnum {
  public static final EnumKind<ResultStatus> KIND =
      new EnumKind<>(Tag.RESULT_STATUS, ResultStatus::new);

  public static final ResultStatus SUCCESS = KIND.known(0x00, "Success");
  public static final ResultStatus OPERATION_FAILED = KIND.known(0x01, "OperationFailed");
  public static final ResultStatus OPERATION_PENDING = KIND.known(0x02, "OperationPending");
  public static final ResultStatus OPERATION_UNDONE = KIND.known(0x03, "OperationUndone");

  private ResultStatus(int value, String name) {
    super(value, name);
  }
}
