package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.DataInput;
import io.keymoor.kmip.operation.Decrypt;
import io.keymoor.kmip.operation.Encrypt;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.DataReference;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kms.cipher.AsymmetricCipher;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.cipher.SymmetricCipher;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;

/** Encrypt and Decrypt. */
final class CryptographicOperations {
  private final Access access;
  private final Vault vault;
  private final Streams streams;
  private final SecureRandom random;

  CryptographicOperations(Access access, Vault vault, Streams streams, SecureRandom random) {
    this.access = access;
    this.vault = vault;
    this.streams = streams;
    this.random = random;
  }

  /** What both operations ask for. */
  private record Job(
      boolean encrypting,
      ObjectId object,
      Optional<CryptographicParameters> parameters,
      Optional<DataInput> data,
      Optional<ByteString> iv,
      Optional<ByteString> correlation,
      boolean first,
      boolean last,
      Optional<ByteString> additionalData,
      Optional<ByteString> tag) {
    Operation operation() {
      return encrypting ? Operation.ENCRYPT : Operation.DECRYPT;
    }

    /** Whether this is one request of several. */
    boolean inParts() {
      return first || last || correlation.isPresent();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Done(
      String id,
      byte[] data,
      Optional<byte[]> iv,
      Optional<ByteString> correlation,
      Optional<byte[]> tag) {}

  Encrypt.Result encrypt(Encrypt request, BatchContext context) {
    Done done =
        run(
            new Job(
                true,
                request.object(),
                request.parameters(),
                request.data(),
                request.iv(),
                request.correlationValue(),
                request.initIndicator().orElse(false),
                request.finalIndicator().orElse(false),
                request.additionalData(),
                Optional.empty()),
            context);
    ByteString data = ByteString.owning(done.data());
    context.answered(data, DataReference.ENCRYPT);
    return new Encrypt.Result(
        done.id(),
        Optional.of(data),
        done.iv().map(ByteString::owning),
        done.correlation(),
        done.tag().map(ByteString::owning));
  }

  Decrypt.Result decrypt(Decrypt request, BatchContext context) {
    Done done =
        run(
            new Job(
                false,
                request.object(),
                request.parameters(),
                request.data(),
                request.iv(),
                request.correlationValue(),
                request.initIndicator().orElse(false),
                request.finalIndicator().orElse(false),
                request.additionalData(),
                request.tag()),
            context);
    ByteString data = ByteString.owning(done.data());
    context.answered(data, DataReference.DECRYPT);
    return new Decrypt.Result(done.id(), Optional.of(data), done.correlation());
  }

  private Done run(Job job, BatchContext context) {
    StoredObject key = access.alive(context, job.object(), Right.USE);
    byte[] data =
        job.data().map(context::data).map(ByteString::toByteArray).orElseGet(() -> new byte[0]);
    if (job.encrypting()) {
      Access.requireProtecting(key, UsageMask.ENCRYPT, context.now());
      if (job.correlation().isEmpty()) {
        key.first(AttributeTypes.USAGE_LIMITS)
            .ifPresent(_ -> context.workspace().update(key, UsageCount.used(key, data.length)));
      }
    } else {
      Access.requireProcessing(key, UsageMask.DECRYPT, context.now());
    }
    if (job.correlation().isPresent()) {
      return goOn(job, key, data, context);
    }
    CryptographicParameters how = parameters(job.parameters(), key);
    return opened(
        key,
        object ->
            object instanceof ManagedObject.SymmetricKey
                ? symmetric(job, key, block(object), how, data, context)
                : asymmetric(job, key, object, how, data));
  }

  private Done symmetric(
      Job job,
      StoredObject key,
      KeyBlock block,
      CryptographicParameters how,
      byte[] data,
      BatchContext context) {
    SymmetricCipher cipher =
        SymmetricCipher.begin(
            job.encrypting(),
            Material.symmetric(block),
            algorithm(key),
            how,
            job.iv().map(ByteString::toByteArray),
            job.additionalData().map(ByteString::toByteArray),
            random);
    if (!job.inParts() || (job.first() && job.last())) {
      return done(key.id(), cipher, cipher.end(data, tag(job)), Optional.empty());
    }
    if (!job.first()) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "The first of several requests has to say so.");
    }
    SymmetricCipher.Output output = cipher.update(data);
    ByteString name =
        streams.keep(
            Optional.empty(),
            new Streams.Stream(
                context.client().name(), job.operation(), key.id(), Optional.of(cipher)),
            context.now());
    return done(key.id(), cipher, output, Optional.of(name));
  }

  private Done goOn(Job job, StoredObject key, byte[] data, BatchContext context) {
    ByteString name = job.correlation().orElseThrow();
    Streams.Stream stream = streams.take(name, job.operation(), key.id(), context.client().name());
    SymmetricCipher cipher = stream.cipher().orElseThrow();
    if (job.last()) {
      SymmetricCipher.Output output = cipher.end(data, tag(job));
      return new Done(key.id(), output.data(), Optional.empty(), Optional.empty(), output.tag());
    }
    SymmetricCipher.Output output = cipher.update(data);
    streams.keep(Optional.of(name), stream, context.now());
    return new Done(key.id(), output.data(), Optional.empty(), Optional.of(name), Optional.empty());
  }

  private static Done done(
      String id,
      SymmetricCipher cipher,
      SymmetricCipher.Output output,
      Optional<ByteString> correlation) {
    return new Done(id, output.data(), cipher.generatedIv(), correlation, output.tag());
  }

  private static Done asymmetric(
      Job job, StoredObject key, ManagedObject object, CryptographicParameters how, byte[] data) {
    if (job.inParts()) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "Asymmetric keys process data in one request.");
    }
    byte[] out =
        job.encrypting()
            ? AsymmetricCipher.encrypt(block(object), how, data)
            : AsymmetricCipher.decrypt(block(object), how, data);
    return new Done(key.id(), out, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private <T> T opened(StoredObject key, Function<ManagedObject, T> use) {
    try (ManagedObject object = vault.open(key.id(), key.material().orElseThrow())) {
      return use.apply(object);
    }
  }

  static KeyBlock block(ManagedObject object) {
    return object
        .keyBlock()
        .orElseThrow(() ->
            new KmipFailure(
                ResultReason.INVALID_OBJECT_TYPE,
                ResultReason.PERMISSION_DENIED,
                "The object is no key."));
  }

  private static Optional<byte[]> tag(Job job) {
    return job.tag().map(ByteString::toByteArray);
  }

  private static CryptographicAlgorithm algorithm(StoredObject key) {
    return key.first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM)
        .orElseThrow(() ->
            new KmipFailure(ResultReason.INVALID_FIELD, "The key does not say what it is for."));
  }

  /** The request's parameters; the key's first ones where the request has none. */
  static CryptographicParameters parameters(
      Optional<CryptographicParameters> requested, StoredObject key) {
    return requested
        .or(() -> key.first(AttributeTypes.CRYPTOGRAPHIC_PARAMETERS))
        .orElse(CryptographicParameters.NONE);
  }
}
