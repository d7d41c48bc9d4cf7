package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.AdjustAttribute;
import io.keymoor.kmip.operation.Archive;
import io.keymoor.kmip.operation.Certify;
import io.keymoor.kmip.operation.Check;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.CreateKeyPair;
import io.keymoor.kmip.operation.CreateSplitKey;
import io.keymoor.kmip.operation.Decrypt;
import io.keymoor.kmip.operation.DeleteAttribute;
import io.keymoor.kmip.operation.DeriveKey;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.Encrypt;
import io.keymoor.kmip.operation.Export;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributeList;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.GetUsageAllocation;
import io.keymoor.kmip.operation.Import;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.operation.Mac;
import io.keymoor.kmip.operation.MacVerify;
import io.keymoor.kmip.operation.ModifyAttribute;
import io.keymoor.kmip.operation.ObtainLease;
import io.keymoor.kmip.operation.ReCertify;
import io.keymoor.kmip.operation.ReKey;
import io.keymoor.kmip.operation.ReKeyKeyPair;
import io.keymoor.kmip.operation.Recover;
import io.keymoor.kmip.operation.Register;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.operation.SetAttribute;
import io.keymoor.kmip.operation.Sign;
import io.keymoor.kmip.operation.SignatureVerify;

/**
 * The object that an audit event is about: the one answered, else the one asked for by its id.
 *
 * <p>What a client sends as an identifier may be anything; one that the database cannot store would
 * take the other events of its transaction along.
 */
final class AuditedObject {
  private static final int MOST_CHARACTERS = 256;

  private AuditedObject() {}

  static String of(RequestItem item, ResponseItem answer) {
    String id =
        answer.outcome() instanceof ResponseItem.Outcome.Success(Response payload)
            ? answered(payload)
            : "";
    if (id.isEmpty() && item instanceof RequestItem.Valid valid) {
      id = asked(valid.request());
    }
    String storable = id.replace('\0', '\ufffd');
    return storable.length() > MOST_CHARACTERS ? storable.substring(0, MOST_CHARACTERS) : storable;
  }

  private static String answered(Response payload) {
    return switch (payload) {
      case Create.Result it -> it.uniqueIdentifier();
      case CreateKeyPair.Result it -> it.privateKeyUniqueIdentifier();
      case Register.Result it -> it.uniqueIdentifier();
      case Import.Result it -> it.uniqueIdentifier();
      case ReKey.Result it -> it.uniqueIdentifier();
      case ReKeyKeyPair.Result it -> it.privateKeyUniqueIdentifier();
      case DeriveKey.Result it -> it.uniqueIdentifier();
      case Certify.Result it -> it.uniqueIdentifier();
      case ReCertify.Result it -> it.uniqueIdentifier();
      case CreateSplitKey.Result it -> it.uniqueIdentifiers().getFirst();
      case JoinSplitKey.Result it -> it.uniqueIdentifier();
      case Get.Result it -> it.uniqueIdentifier();
      case Export.Result it -> it.uniqueIdentifier();
      case GetAttributes.Result it -> it.uniqueIdentifier();
      case Activate.Result it -> it.uniqueIdentifier();
      case Revoke.Result it -> it.uniqueIdentifier();
      case Destroy.Result it -> it.uniqueIdentifier();
      case Encrypt.Result it -> it.uniqueIdentifier();
      case Decrypt.Result it -> it.uniqueIdentifier();
      case Sign.Result it -> it.uniqueIdentifier();
      default -> "";
    };
  }

  private static String asked(Request<?> request) {
    return object(request) instanceof ObjectId.ById(String id) ? id : "";
  }

  private static ObjectId object(Request<?> request) {
    return switch (request) {
      case Activate it -> it.object();
      case AddAttribute it -> it.object();
      case AdjustAttribute it -> it.object();
      case Archive it -> it.object();
      case Certify it -> it.object();
      case Check it -> it.object();
      case CreateSplitKey it -> it.object();
      case Decrypt it -> it.object();
      case DeleteAttribute it -> it.object();
      case Destroy it -> it.object();
      case Encrypt it -> it.object();
      case Export it -> it.object();
      case Get it -> it.object();
      case GetAttributeList it -> it.object();
      case GetAttributes it -> it.object();
      case GetUsageAllocation it -> it.object();
      case Mac it -> it.object();
      case MacVerify it -> it.object();
      case ModifyAttribute it -> it.object();
      case ObtainLease it -> it.object();
      case ReCertify it -> it.object();
      case ReKey it -> it.object();
      case Recover it -> it.object();
      case Revoke it -> it.object();
      case SetAttribute it -> it.object();
      case Sign it -> it.object();
      case SignatureVerify it -> it.object();
      case ReKeyKeyPair it -> it.privateKeyObject();
      default -> ObjectId.PLACEHOLDER;
    };
  }
}
