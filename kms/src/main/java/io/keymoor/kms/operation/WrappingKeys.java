package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyWrappingData;
import io.keymoor.kmip.object.KeyWrappingSpecification;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.object.WrappingKeyInformation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kmip.vocabulary.WrappingMethod;
import io.keymoor.kms.cipher.KeyWrapping;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Wraps keys on their way out and unwraps them on their way in, with keys of this server. */
final class WrappingKeys {
  private final Access access;
  private final Vault vault;

  WrappingKeys(Access access, Vault vault) {
    this.access = access;
    this.vault = vault;
  }

  /** The object with its key wrapped as the specification says. */
  ManagedObject wrapped(
      ManagedObject object,
      StoredObject stored,
      KeyWrappingSpecification how,
      BatchContext context) {
    if (!how.method().equals(WrappingMethod.ENCRYPT) || how.macSignatureKey().isPresent()) {
      throw unsupported();
    }
    WrappingKeyInformation key = how.encryptionKey().orElseThrow(WrappingKeys::unsupported);
    StoredObject wrapping = wrappingKey(key.key(), UsageMask.WRAP_KEY, context);
    KeyWrappingData data =
        new KeyWrappingData(
            how.method(),
            Optional.of(new WrappingKeyInformation(ObjectId.of(wrapping.id()), key.parameters())),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            how.encoding());
    KeyBlock block = object.keyBlock().orElseThrow(WrappingKeys::noKey);
    try (ManagedObject opened = vault.open(wrapping.id(), wrapping.material().orElseThrow())) {
      KeyBlock wrapped =
          KeyWrapping.wrap(
              block,
              Material.symmetric(opened.keyBlock().orElseThrow(WrappingKeys::noKey)),
              data,
              attributes(stored, how.attributeNames(), context),
              context.version());
      return with(object, wrapped);
    }
  }

  /** The object with its key in clear; empty when it was not wrapped. */
  Optional<ManagedObject> unwrapped(ManagedObject object, BatchContext context) {
    Optional<KeyWrappingData> data = object.keyBlock().flatMap(KeyBlock::wrapping);
    if (data.isEmpty()) {
      return Optional.empty();
    }
    WrappingKeyInformation key = data.get().encryptionKey().orElseThrow(WrappingKeys::unsupported);
    StoredObject wrapping = wrappingKey(key.key(), UsageMask.UNWRAP_KEY, context);
    try (ManagedObject opened = vault.open(wrapping.id(), wrapping.material().orElseThrow())) {
      return Optional.of(
          with(
              object,
              KeyWrapping.unwrap(
                  object.keyBlock().orElseThrow(),
                  Material.symmetric(opened.keyBlock().orElseThrow(WrappingKeys::noKey)),
                  context.version())));
    }
  }

  private StoredObject wrappingKey(ObjectId id, int mask, BatchContext context) {
    try {
      StoredObject key = access.alive(context, id, Right.USE);
      Access.requireProtecting(key, mask, context.now());
      return key;
    } catch (KmipFailure failure) {
      throw new KmipFailure(
          reason(failure), "The wrapping key cannot be used: " + failure.getMessage());
    }
  }

  private static ResultReason reason(KmipFailure failure) {
    ResultReason reason = failure.reason(ProtocolVersion.V2_1);
    if (reason.equals(ResultReason.OBJECT_NOT_FOUND)) {
      return ResultReason.WRAPPING_OBJECT_NOT_FOUND;
    }
    if (reason.equals(ResultReason.OBJECT_DESTROYED)) {
      return ResultReason.WRAPPING_OBJECT_DESTROYED;
    }
    return reason.equals(ResultReason.OBJECT_ARCHIVED)
        ? ResultReason.WRAPPING_OBJECT_ARCHIVED
        : reason;
  }

  private static Attributes attributes(
      StoredObject stored, List<String> names, BatchContext context) {
    List<Attribute<?>> list = new ArrayList<>();
    for (Attribute<?> attribute : AttributeView.all(stored, context.now(), context.version())) {
      if (names.contains(attribute.type().name())) {
        list.add(attribute);
      }
    }
    return new Attributes(list);
  }

  private static ManagedObject with(ManagedObject object, KeyBlock block) {
    return switch (object) {
      case ManagedObject.SymmetricKey _ -> new ManagedObject.SymmetricKey(block);
      case ManagedObject.PublicKey _ -> new ManagedObject.PublicKey(block);
      case ManagedObject.PrivateKey _ -> new ManagedObject.PrivateKey(block);
      case ManagedObject.SecretData data -> new ManagedObject.SecretData(data.type(), block);
      case ManagedObject.SplitKey split ->
          new ManagedObject.SplitKey(
              split.parts(),
              split.partIdentifier(),
              split.threshold(),
              split.method(),
              split.primeFieldSize(),
              block);
      case ManagedObject.PgpKey pgp -> new ManagedObject.PgpKey(pgp.version(), block);
      case ManagedObject.Certificate _,
          ManagedObject.CertificateRequest _,
          ManagedObject.OpaqueObject _,
          ManagedObject.Template _ ->
          throw noKey();
    };
  }

  private static KmipFailure noKey() {
    return new KmipFailure(ResultReason.ILLEGAL_OPERATION, "Only keys can be wrapped, by keys.");
  }

  private static KmipFailure unsupported() {
    return new KmipFailure(
        ResultReason.UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS,
        "This server wraps keys by encryption only.");
  }
}
