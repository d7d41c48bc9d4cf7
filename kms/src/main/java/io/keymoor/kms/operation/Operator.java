package io.keymoor.kms.operation;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.AdjustAttribute;
import io.keymoor.kmip.operation.Archive;
import io.keymoor.kmip.operation.Cancel;
import io.keymoor.kmip.operation.Certify;
import io.keymoor.kmip.operation.Check;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.CreateKeyPair;
import io.keymoor.kmip.operation.CreateSplitKey;
import io.keymoor.kmip.operation.Decrypt;
import io.keymoor.kmip.operation.DeleteAttribute;
import io.keymoor.kmip.operation.DeriveKey;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Encrypt;
import io.keymoor.kmip.operation.Export;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributeList;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.GetUsageAllocation;
import io.keymoor.kmip.operation.Hash;
import io.keymoor.kmip.operation.Import;
import io.keymoor.kmip.operation.Interop;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.Log;
import io.keymoor.kmip.operation.Mac;
import io.keymoor.kmip.operation.MacVerify;
import io.keymoor.kmip.operation.ModifyAttribute;
import io.keymoor.kmip.operation.ObtainLease;
import io.keymoor.kmip.operation.OtherRequest;
import io.keymoor.kmip.operation.Ping;
import io.keymoor.kmip.operation.Poll;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.operation.ReCertify;
import io.keymoor.kmip.operation.ReKey;
import io.keymoor.kmip.operation.ReKeyKeyPair;
import io.keymoor.kmip.operation.Recover;
import io.keymoor.kmip.operation.Register;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.operation.RngRetrieve;
import io.keymoor.kmip.operation.RngSeed;
import io.keymoor.kmip.operation.SetAttribute;
import io.keymoor.kmip.operation.Sign;
import io.keymoor.kmip.operation.SignatureVerify;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Policy;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.Objects;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** Hands each request to its operation. Thread-safe. */
final class Operator {
  private final CreationOperations creation;
  private final ReplacementOperations replacement;
  private final DerivationOperations derivation;
  private final CertificationOperations certification;
  private final SharingOperations sharing;
  private final RetrievalOperations retrieval;
  private final AttributeOperations attributes;
  private final LifeCycleOperations lifeCycle;
  private final LocateOperation locate;
  private final CryptographicOperations cryptographic;
  private final SignatureOperations signature;
  private final ServerOperations server;

  Operator(
      Objects objects,
      Clients clients,
      Vault vault,
      SecureRandom random,
      SeedPolicy seedPolicy,
      Supplier<CertificateAuthority> certifying) {
    Access access = new Access(new Policy(clients));
    Names names = new Names(objects);
    WrappingKeys wrappingKeys = new WrappingKeys(access, vault);
    Streams streams = new Streams(random);
    locate = new LocateOperation(objects, clients);
    Keeper keeper = new Keeper(vault, names, access, locate::template);
    creation = new CreationOperations(keeper, access, wrappingKeys, random);
    replacement = new ReplacementOperations(keeper, access, random);
    certification = new CertificationOperations(keeper, access, vault, replacement, certifying);
    sharing = new SharingOperations(keeper, access, vault, random);
    derivation = new DerivationOperations(keeper, access, vault);
    retrieval = new RetrievalOperations(access, vault, wrappingKeys);
    attributes = new AttributeOperations(access, names);
    lifeCycle = new LifeCycleOperations(access);
    cryptographic = new CryptographicOperations(access, vault, streams, random);
    signature = new SignatureOperations(access, vault, streams);
    server = new ServerOperations(random, seedPolicy);
  }

  /** The answer; what it holds is the caller's to close. */
  Response perform(Request<?> request, BatchContext context) {
    if (!context.version().isAtLeast(request.operation().since())) {
      throw unsupported(request.operation());
    }
    return switch (request) {
      case Create it -> creation.create(it, context);
      case CreateKeyPair it -> creation.createKeyPair(it, context);
      case Register it -> creation.register(it, context);
      case Import it -> creation.importObject(it, context);
      case ReKey it -> replacement.reKey(it, context);
      case ReKeyKeyPair it -> replacement.reKeyKeyPair(it, context);
      case DeriveKey it -> derivation.derive(it, context);
      case Certify it -> certification.certify(it, context);
      case ReCertify it -> certification.reCertify(it, context);
      case CreateSplitKey it -> sharing.split(it, context);
      case JoinSplitKey it -> sharing.join(it, context);
      case Get it -> retrieval.get(it, context);
      case Export it -> retrieval.export(it, context);
      case GetAttributes it -> retrieval.getAttributes(it, context);
      case GetAttributeList it -> retrieval.getAttributeList(it, context);
      case Check it -> retrieval.check(it, context);
      case ObtainLease it -> retrieval.obtainLease(it, context);
      case GetUsageAllocation it -> retrieval.getUsageAllocation(it, context);
      case Locate it -> locate.locate(it, context);
      case AddAttribute it -> attributes.add(it, context);
      case ModifyAttribute it -> attributes.modify(it, context);
      case DeleteAttribute it -> attributes.delete(it, context);
      case SetAttribute it -> attributes.set(it, context);
      case AdjustAttribute it -> attributes.adjust(it, context);
      case Activate it -> lifeCycle.activate(it, context);
      case Revoke it -> lifeCycle.revoke(it, context);
      case Destroy it -> lifeCycle.destroy(it, context);
      case Archive it -> lifeCycle.archive(it, context);
      case Recover it -> lifeCycle.recover(it, context);
      case Encrypt it -> cryptographic.encrypt(it, context);
      case Decrypt it -> cryptographic.decrypt(it, context);
      case Sign it -> signature.sign(it, context);
      case SignatureVerify it -> signature.verify(it, context);
      case Mac it -> signature.mac(it, context);
      case MacVerify it -> signature.macVerify(it, context);
      case Hash it -> signature.hash(it, context);
      case Query it -> server.query(it, context);
      case DiscoverVersions it -> server.discoverVersions(it);
      case RngRetrieve it -> server.retrieve(it, context);
      case RngSeed it -> server.seed(it);
      case Log it -> server.log(it, context);
      case Interop it -> server.interop(it, context);
      case Ping _ -> new Ping.Result();
      case Poll _, Cancel _ -> throw nothingPending();
      case OtherRequest it -> throw unsupported(it.operation());
    };
  }

  /** Every operation is answered at once, so there is never one to ask after. */
  private static KmipFailure nothingPending() {
    return new KmipFailure(
        ResultReason.INVALID_ASYNCHRONOUS_CORRELATION_VALUE,
        "No operation is pending under this correlation value.");
  }

  private static KmipFailure unsupported(Operation operation) {
    return new KmipFailure(
        ResultReason.OPERATION_NOT_SUPPORTED,
        "This server does not do " + operation + " in this version of KMIP.");
  }
}
