package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.Archive;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.Recover;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.lifecycle.LifeCycle;
import io.keymoor.kms.lifecycle.LifeCycle.Step;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Right;
import java.util.Optional;

/** Activate, Revoke, Destroy, Archive, Recover. */
final class LifeCycleOperations {
  private final Access access;

  LifeCycleOperations(Access access) {
    this.access = access;
  }

  Activate.Result activate(Activate request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.END);
    requireLifeCycle(object);
    if (object.stateAt(context.now()).filter(state -> state == ObjectState.ACTIVE).isPresent()) {
      throw notAllowed("The object is active already.");
    }
    StoredObject active =
        step(object, Step.ACTIVATE, context, "Only a pre-active object can be activated.")
            .with(AttributeTypes.ACTIVATION_DATE, context.now());
    change(object, active, context);
    return new Activate.Result(object.id());
  }

  Revoke.Result revoke(Revoke request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.END);
    requireLifeCycle(object);
    if (!RevocationReasonCode.KIND.knows(request.reason().code())) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "This server does not know that revocation reason.");
    }
    StoredObject revoked =
        compromises(request)
            ? compromised(object, request, context)
            : step(object, Step.DEACTIVATE, context, "Only an active object can be deactivated.")
                .with(AttributeTypes.DEACTIVATION_DATE, context.now());
    change(object, revoked.with(AttributeTypes.REVOCATION_REASON, request.reason()), context);
    return new Revoke.Result(object.id());
  }

  private static boolean compromises(Revoke request) {
    return request.reason().code().equals(RevocationReasonCode.KEY_COMPROMISE)
        || request.reason().code().equals(RevocationReasonCode.CA_COMPROMISE);
  }

  private static StoredObject compromised(
      StoredObject object, Revoke request, BatchContext context) {
    return step(object, Step.COMPROMISE, context, "The object cannot be compromised.")
        .with(AttributeTypes.COMPROMISE_DATE, context.now())
        .with(
            AttributeTypes.COMPROMISE_OCCURRENCE_DATE,
            request
                .compromiseOccurrence()
                .or(() -> object.first(AttributeTypes.INITIAL_DATE))
                .orElse(context.now()));
  }

  Destroy.Result destroy(Destroy request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.END);
    if (object.isDestroyed()) {
      throw new KmipFailure(
          context.version().isTagged()
              ? ResultReason.OBJECT_DESTROYED
              : ResultReason.PERMISSION_DENIED,
          "The object was destroyed before.");
    }
    StoredObject destroyed =
        object.state().isEmpty()
            ? object
            : step(
                object,
                Step.DESTROY,
                context,
                "An active object cannot be destroyed; revoke it first.");
    change(
        object,
        destroyed
            .with(Optional.<StoredObject.Sealed>empty())
            .with(AttributeTypes.DESTROY_DATE, context.now()),
        context);
    return new Destroy.Result(object.id());
  }

  Archive.Result archive(Archive request, BatchContext context) {
    StoredObject object = access.onLine(context, request.object(), Right.CHANGE);
    change(object, object.archived(true).with(AttributeTypes.ARCHIVE_DATE, context.now()), context);
    return new Archive.Result(object.id());
  }

  Recover.Result recover(Recover request, BatchContext context) {
    StoredObject object = access.any(context, request.object(), Right.CHANGE);
    if (object.archived()) {
      change(object, object.archived(false), context);
    }
    return new Recover.Result(object.id());
  }

  private static void requireLifeCycle(StoredObject object) {
    if (object.state().isEmpty() || object.type().equals(ObjectType.TEMPLATE)) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE,
          ResultReason.ILLEGAL_OPERATION,
          "Objects of this type have no life cycle.");
    }
  }

  /** The object after a step of the life cycle, from the state it has now. */
  private static StoredObject step(
      StoredObject object, Step step, BatchContext context, String refusal) {
    ObjectState now = object.stateAt(context.now()).orElseThrow();
    return object.in(LifeCycle.after(now, step).orElseThrow(() -> notAllowed(refusal)));
  }

  private static KmipFailure notAllowed(String why) {
    return new KmipFailure(ResultReason.WRONG_KEY_LIFECYCLE_STATE, why);
  }

  /** Puts a change into the workspace, with the time of it. */
  static void change(StoredObject before, StoredObject after, BatchContext context) {
    context.workspace().update(before, after.with(AttributeTypes.LAST_CHANGE_DATE, context.now()));
  }
}
