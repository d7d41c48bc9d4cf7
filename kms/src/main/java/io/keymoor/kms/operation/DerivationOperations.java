package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.DerivationParameters;
import io.keymoor.kmip.operation.DeriveKey;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.SecretDataType;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.cipher.Derivation;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Derive Key (KMIP 1.4 section 4.6), from one key or secret. */
final class DerivationOperations {
  private final Keeper keeper;
  private final Access access;
  private final Vault vault;

  DerivationOperations(Keeper keeper, Access access, Vault vault) {
    this.keeper = keeper;
    this.access = access;
    this.vault = vault;
  }

  DeriveKey.Result derive(DeriveKey request, BatchContext context) {
    boolean key = request.objectType().equals(ObjectType.SYMMETRIC_KEY);
    if (!key && !request.objectType().equals(ObjectType.SECRET_DATA)) {
      throw new KmipFailure(
          ResultReason.INVALID_OBJECT_TYPE, "Symmetric keys and secret data can be derived.");
    }
    if (request.objects().size() != 1) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "This server derives from one object at a time.");
    }
    List<Attribute<?>> given = keeper.given(request.attributes(), context);
    Attributes wanted = new Attributes(given);
    int bits =
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_LENGTH)
            .orElseThrow(() -> CreationOperations.missing("Cryptographic Length"));
    if (bits < 8 || bits % 8 != 0 || bits > 65_536) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "A derived key has whole bytes, 8192 at most.");
    }
    StoredObject base = base(request.objects().getFirst(), context);
    String id = UUID.randomUUID().toString();
    given.add(Keeper.link(LinkType.DERIVATION_BASE_OBJECT_LINK, base.id(), given));
    try (ManagedObject derived = object(request, base, wanted, bits, key)) {
      keeper.keep(id, derived, given, true, context);
    }
    LifeCycleOperations.change(base, Keeper.linked(base, LinkType.DERIVED_KEY_LINK, id), context);
    context.made(id, IdentifierReference.DERIVE_KEY);
    return new DeriveKey.Result(id, Optional.empty());
  }

  private StoredObject base(ObjectId id, BatchContext context) {
    StoredObject base = access.alive(context, id, Right.USE);
    Access.requireProtecting(base, UsageMask.DERIVE_KEY, context.now());
    return base;
  }

  private ManagedObject object(
      DeriveKey request, StoredObject base, Attributes wanted, int bits, boolean key) {
    try (ManagedObject opened = vault.open(base.id(), base.material().orElseThrow())) {
      SecretBytes bytes =
          Derivation.derive(
              request.method(),
              Material.symmetric(CryptographicOperations.block(opened)),
              input(request.parameters(), base),
              bits / 8);
      KeyBlock block = block(bytes, wanted.first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM), key);
      return key
          ? new ManagedObject.SymmetricKey(block)
          : new ManagedObject.SecretData(SecretDataType.SEED, block);
    }
  }

  private static Derivation.Input input(DerivationParameters parameters, StoredObject base) {
    CryptographicParameters how = CryptographicOperations.parameters(parameters.parameters(), base);
    return new Derivation.Input(
        how,
        bytes(parameters.derivationData()),
        bytes(parameters.salt()),
        bytes(parameters.initializationVector()),
        parameters.iterations());
  }

  private static Optional<byte[]> bytes(Optional<ByteString> value) {
    return value.map(ByteString::toByteArray);
  }

  private static KeyBlock block(
      SecretBytes bytes, Optional<CryptographicAlgorithm> algorithm, boolean key) {
    if (key) {
      return KeyBlock.raw(
          bytes,
          algorithm.orElseThrow(() -> CreationOperations.missing("Cryptographic Algorithm")));
    }
    return new KeyBlock(
        KeyFormatType.RAW,
        Optional.empty(),
        Optional.of(new KeyValue.Plain(new KeyMaterial.Encoded(bytes))),
        algorithm,
        Optional.of(bytes.length() * 8),
        Optional.empty());
  }
}
