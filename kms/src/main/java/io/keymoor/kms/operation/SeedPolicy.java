package io.keymoor.kms.operation;

import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;

/** What the server does with what clients want to add to its random number generator. */
public enum SeedPolicy {
  /** All of it is mixed in. */
  ALL,
  /** The first half is mixed in. */
  HALF,
  /** It is ignored, and the answer says so. */
  NONE,
  /** The request is refused. */
  REFUSE;

  int taken(int offered) {
    return switch (this) {
      case ALL -> offered;
      case HALF -> offered / 2;
      case NONE -> 0;
      case REFUSE ->
          throw new KmipFailure(
              ResultReason.PERMISSION_DENIED, "Clients cannot seed this server's generator.");
    };
  }
}
