package io.keymoor.kms.cipher;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The bytes inside a managed object. */
public final class Material {
  private Material() {}

  /** A key in clear inside a key block; it stays the block's. */
  public static KeyMaterial plain(KeyBlock block) {
    return switch (block.value().orElseThrow(Material::absent)) {
      case KeyValue.Plain plain -> plain.material();
      case KeyValue.Wrapped _ ->
          throw new KmipFailure(
              ResultReason.ILLEGAL_OPERATION,
              "The key is stored wrapped, as it was registered; this server cannot use it.");
    };
  }

  /** The bytes of a symmetric key or secret; they stay the block's. */
  public static SecretBytes symmetric(KeyBlock block) {
    return switch (plain(block)) {
      case KeyMaterial.Encoded(SecretBytes bytes) -> bytes;
      case KeyMaterial.TransparentSymmetricKey(SecretBytes key) -> key;
      default ->
          throw new KmipFailure(
              ResultReason.INVALID_OBJECT_TYPE, "This operation needs a symmetric key.");
    };
  }

  /** SHA-256 over the material in the form it is kept in; empty for what has none. */
  public static Optional<byte[]> sha256(ManagedObject object) {
    return switch (object) {
      case ManagedObject.Certificate(_, ByteString value) ->
          Optional.of(sha256(value.toByteArray()));
      case ManagedObject.CertificateRequest(_, ByteString value) ->
          Optional.of(sha256(value.toByteArray()));
      case ManagedObject.OpaqueObject(_, SecretBytes value) ->
          Optional.of(ClearBytes.read(value, Material::sha256));
      case ManagedObject.Template _ -> Optional.empty();
      case ManagedObject.SymmetricKey _,
          ManagedObject.PublicKey _,
          ManagedObject.PrivateKey _,
          ManagedObject.SecretData _,
          ManagedObject.SplitKey _,
          ManagedObject.PgpKey _ ->
          object.keyBlock().flatMap(KeyBlock::value).flatMap(value -> sha256(object, value));
    };
  }

  private static Optional<byte[]> sha256(ManagedObject object, KeyValue value) {
    return switch (value) {
      case KeyValue.Wrapped(ByteString bytes) -> Optional.of(sha256(bytes.toByteArray()));
      case KeyValue.Plain(KeyMaterial material, _) ->
          switch (material) {
            case KeyMaterial.Encoded(SecretBytes bytes) ->
                Optional.of(ClearBytes.read(bytes, Material::sha256));
            case KeyMaterial.TransparentSymmetricKey(SecretBytes key) ->
                Optional.of(ClearBytes.read(key, Material::sha256));
            case KeyMaterial.Unknown _ -> Optional.empty();
            default -> Optional.of(sha256(AsymmetricKeys.encoded(object)));
          };
    };
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }

  private static KmipFailure absent() {
    return new KmipFailure(
        ResultReason.KEY_VALUE_NOT_PRESENT, "This server holds no key value for the object.");
  }
}
