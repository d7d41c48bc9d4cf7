package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.DataInput;
import io.keymoor.kmip.operation.Hash;
import io.keymoor.kmip.operation.Mac;
import io.keymoor.kmip.operation.MacVerify;
import io.keymoor.kmip.operation.Sign;
import io.keymoor.kmip.operation.SignatureVerify;
import io.keymoor.kmip.vocabulary.DataReference;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.kmip.vocabulary.ValidityIndicator;
import io.keymoor.kms.cipher.AsymmetricCipher;
import io.keymoor.kms.cipher.KeyedHash;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;

/** Sign, Signature Verify, MAC, MAC Verify, Hash. */
final class SignatureOperations {
  private final Access access;
  private final Vault vault;
  private final Streams streams;

  SignatureOperations(Access access, Vault vault, Streams streams) {
    this.access = access;
    this.vault = vault;
    this.streams = streams;
  }

  /** The data of one request of an operation that may come in parts. */
  private record Part(
      Operation operation,
      String objectId,
      Optional<DataInput> data,
      Optional<ByteString> correlation,
      Optional<Boolean> first,
      Optional<Boolean> last) {}

  /** All data when this part is the last, or the name under which the operation waits for more. */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Collected(Optional<byte[]> data, Optional<ByteString> waiting) {}

  private Collected collect(Part part, BatchContext context) {
    byte[] data =
        part.data().map(context::data).map(ByteString::toByteArray).orElseGet(() -> new byte[0]);
    boolean first = part.first().orElse(false);
    boolean last = part.last().orElse(false);
    if (part.correlation().isEmpty() && (!first || last)) {
      return new Collected(Optional.of(data), Optional.empty());
    }
    String client = context.client().name();
    Streams.Stream stream =
        part.correlation().isPresent()
            ? streams.take(part.correlation().get(), part.operation(), part.objectId(), client)
            : new Streams.Stream(client, part.operation(), part.objectId(), Optional.empty());
    byte[] all = stream.collected(data);
    return last
        ? new Collected(Optional.of(all), Optional.empty())
        : new Collected(
            Optional.empty(), Optional.of(streams.keep(part.correlation(), stream, context.now())));
  }

  Sign.Result sign(Sign request, BatchContext context) {
    StoredObject key = access.alive(context, request.object(), Right.USE);
    Access.requireProtecting(key, UsageMask.SIGN, context.now());
    Collected collected =
        collect(
            new Part(
                Operation.SIGN,
                key.id(),
                request.data(),
                request.correlationValue(),
                request.initIndicator(),
                request.finalIndicator()),
            context);
    if (collected.data().isEmpty()) {
      return new Sign.Result(key.id(), Optional.empty(), collected.waiting());
    }
    CryptographicParameters how = CryptographicOperations.parameters(request.parameters(), key);
    byte[] input = request.digest().map(ByteString::toByteArray).orElse(collected.data().get());
    ByteString signature =
        ByteString.owning(
            opened(
                key,
                block -> AsymmetricCipher.sign(block, how, input, request.digest().isPresent())));
    context.answered(signature, DataReference.SIGN_SIGNATURE_DATA);
    return new Sign.Result(key.id(), Optional.of(signature), Optional.empty());
  }

  SignatureVerify.Result verify(SignatureVerify request, BatchContext context) {
    StoredObject key = access.alive(context, request.object(), Right.USE);
    Access.requireProcessing(key, UsageMask.VERIFY, context.now());
    Collected collected =
        collect(
            new Part(
                Operation.SIGNATURE_VERIFY,
                key.id(),
                request.data(),
                request.correlationValue(),
                request.initIndicator(),
                request.finalIndicator()),
            context);
    if (collected.data().isEmpty()) {
      return new SignatureVerify.Result(
          key.id(), Optional.empty(), Optional.empty(), collected.waiting());
    }
    byte[] signature = given(request.signature(), "signature");
    CryptographicParameters how = CryptographicOperations.parameters(request.parameters(), key);
    byte[] input = request.digest().map(ByteString::toByteArray).orElse(collected.data().get());
    boolean valid =
        opened(
            key,
            block ->
                AsymmetricCipher.verify(
                    block, how, input, request.digest().isPresent(), signature));
    return new SignatureVerify.Result(
        key.id(), Optional.of(validity(valid)), Optional.empty(), Optional.empty());
  }

  Mac.Result mac(Mac request, BatchContext context) {
    StoredObject key = access.alive(context, request.object(), Right.USE);
    Access.requireProtecting(key, UsageMask.MAC_GENERATE, context.now());
    Collected collected =
        collect(
            new Part(
                Operation.MAC,
                key.id(),
                request.data(),
                request.correlationValue(),
                request.initIndicator(),
                request.finalIndicator()),
            context);
    if (collected.data().isEmpty()) {
      return new Mac.Result(key.id(), Optional.empty(), collected.waiting());
    }
    ByteString mac = ByteString.owning(compute(key, request.parameters(), collected.data().get()));
    context.answered(mac, DataReference.MAC_MAC_DATA);
    return new Mac.Result(key.id(), Optional.of(mac), Optional.empty());
  }

  MacVerify.Result macVerify(MacVerify request, BatchContext context) {
    StoredObject key = access.alive(context, request.object(), Right.USE);
    Access.requireProcessing(key, UsageMask.MAC_VERIFY, context.now());
    Collected collected =
        collect(
            new Part(
                Operation.MAC_VERIFY,
                key.id(),
                request.data(),
                request.correlationValue(),
                request.initIndicator(),
                request.finalIndicator()),
            context);
    if (collected.data().isEmpty()) {
      return new MacVerify.Result(key.id(), Optional.empty(), collected.waiting());
    }
    byte[] expected = given(request.mac(), "MAC");
    byte[] computed = compute(key, request.parameters(), collected.data().get());
    return new MacVerify.Result(
        key.id(),
        Optional.of(validity(MessageDigest.isEqual(expected, computed))),
        Optional.empty());
  }

  Hash.Result hash(Hash request, BatchContext context) {
    Collected collected =
        collect(
            new Part(
                Operation.HASH,
                "",
                request.data(),
                request.correlationValue(),
                request.initIndicator(),
                request.finalIndicator()),
            context);
    if (collected.data().isEmpty()) {
      return new Hash.Result(Optional.empty(), collected.waiting());
    }
    ByteString digest =
        ByteString.owning(KeyedHash.digest(request.parameters(), collected.data().get()));
    context.answered(digest, DataReference.HASH);
    return new Hash.Result(Optional.of(digest), Optional.empty());
  }

  private byte[] compute(
      StoredObject key, Optional<CryptographicParameters> requested, byte[] data) {
    CryptographicParameters how = CryptographicOperations.parameters(requested, key);
    return opened(
        key,
        block ->
            KeyedHash.mac(
                Material.symmetric(block),
                key.first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM),
                how,
                data));
  }

  private <T> T opened(StoredObject key, Function<KeyBlock, T> use) {
    try (ManagedObject object = vault.open(key.id(), key.material().orElseThrow())) {
      return use.apply(CryptographicOperations.block(object));
    }
  }

  private static byte[] given(Optional<ByteString> bytes, String what) {
    return bytes
        .map(ByteString::toByteArray)
        .orElseThrow(() ->
            new KmipFailure(
                ResultReason.INVALID_MESSAGE, "The request has no " + what + " to verify."));
  }

  private static ValidityIndicator validity(boolean valid) {
    return valid ? ValidityIndicator.VALID : ValidityIndicator.INVALID;
  }
}
