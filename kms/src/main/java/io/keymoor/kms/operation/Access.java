package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Policy;
import io.keymoor.kms.policy.Right;
import java.time.Instant;
import java.util.Optional;

/** The one way from a request to an object: found, allowed by the policy, and on line. */
final class Access {
  private final Policy policy;

  Access(Policy policy) {
    this.policy = policy;
  }

  /** The object, on which the client has the right, and which is not archived. */
  StoredObject onLine(BatchContext context, ObjectId object, Right right) {
    StoredObject found = any(context, object, right);
    if (found.archived()) {
      throw new KmipFailure(
          ResultReason.OBJECT_ARCHIVED, "The object is archived; recover it first.");
    }
    return found;
  }

  /** The object, on which the client has the right, archived or not. */
  StoredObject any(BatchContext context, ObjectId object, Right right) {
    String id = context.identifier(object);
    Optional<StoredObject> found = context.workspace().find(id);
    // To those who may not even see it, an object does not exist.
    if (found.isEmpty() || !policy.allows(context.client(), found.get().owner(), Right.SEE)) {
      throw new KmipFailure(
          ResultReason.OBJECT_NOT_FOUND, "There is no object with this unique identifier.");
    }
    if (!policy.allows(context.client(), found.get().owner(), right)) {
      throw new KmipFailure(
          ResultReason.PERMISSION_DENIED, "The operation policy does not allow this to you.");
    }
    return found.get();
  }

  /** The object, with material that is still there. */
  StoredObject alive(BatchContext context, ObjectId object, Right right) {
    StoredObject found = onLine(context, object, right);
    if (found.isDestroyed()) {
      boolean asUnusable = right == Right.USE && !context.version().isTagged();
      throw new KmipFailure(
          asUnusable ? ResultReason.PERMISSION_DENIED : ResultReason.OBJECT_DESTROYED,
          "The object was destroyed; only its attributes are left.");
    }
    return found;
  }

  /**
   * Refuses to protect data with a key that is not active, or outside its dates.
   *
   * @param mask the bit of the usage mask that the operation needs
   */
  static void requireProtecting(StoredObject key, int mask, Instant now) {
    requireUsage(key, mask);
    Optional<ObjectState> state = key.stateAt(now);
    boolean stopped =
        key.first(AttributeTypes.PROTECT_STOP_DATE).filter(date -> !date.isAfter(now)).isPresent();
    if (!state.equals(Optional.of(ObjectState.ACTIVE)) || stopped || notBegun(key, now)) {
      throw wrongState();
    }
  }

  /** Refuses to process protected data with a key that is not active any more or not yet. */
  static void requireProcessing(StoredObject key, int mask, Instant now) {
    requireUsage(key, mask);
    Optional<ObjectState> state = key.stateAt(now);
    boolean usable =
        state.equals(Optional.of(ObjectState.ACTIVE))
            || state.equals(Optional.of(ObjectState.DEACTIVATED))
            || state.equals(Optional.of(ObjectState.COMPROMISED));
    if (!usable || notBegun(key, now)) {
      throw wrongState();
    }
  }

  private static boolean notBegun(StoredObject key, Instant now) {
    return key.first(AttributeTypes.PROCESS_START_DATE)
        .filter(date -> date.isAfter(now))
        .isPresent();
  }

  static void requireUsage(StoredObject key, int mask) {
    int allowed = key.first(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK).orElse(0);
    if ((allowed & mask) != mask) {
      throw new KmipFailure(
          ResultReason.INCOMPATIBLE_CRYPTOGRAPHIC_USAGE_MASK,
          "The key's usage mask does not allow this operation.");
    }
  }

  private static KmipFailure wrongState() {
    return new KmipFailure(
        ResultReason.WRONG_KEY_LIFECYCLE_STATE,
        "The key's state or dates do not allow this operation now.");
  }
}
