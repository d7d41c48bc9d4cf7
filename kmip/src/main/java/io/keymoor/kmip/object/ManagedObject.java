package io.keymoor.kmip.object;

import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CertificateRequestType;
import io.keymoor.kmip.vocabulary.CertificateType;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.OpaqueDataType;
import io.keymoor.kmip.vocabulary.SecretDataType;
import io.keymoor.kmip.vocabulary.SplitKeyMethod;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.util.Optional;

/**
 * An object that a server keeps (KMIP 1.4 section 2.2, KMIP 2.1 section 2). {@link #close} erases
 * its key material.
 */
public sealed interface ManagedObject extends AutoCloseable {
  /** Which of the object types it is. */
  ObjectType objectType();

  /** Its key block, if it is of a type that has one. */
  Optional<KeyBlock> keyBlock();

  /** Erases its key material. Idempotent. */
  @Override
  default void close() {
    keyBlock().ifPresent(KeyBlock::close);
  }

  /** A key for a symmetric algorithm. */
  record SymmetricKey(KeyBlock block) implements ManagedObject {
    public static final Structure<SymmetricKey> TYPE =
        new Structure<>(fields ->
            new SymmetricKey(fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, SymmetricKey::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.SYMMETRIC_KEY;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }

    @Override
    public void close() {
      block.close();
    }
  }

  /** The public half of a key pair. */
  record PublicKey(KeyBlock block) implements ManagedObject {
    public static final Structure<PublicKey> TYPE =
        new Structure<>(fields ->
            new PublicKey(fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, PublicKey::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.PUBLIC_KEY;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }
  }

  /** The private half of a key pair. */
  record PrivateKey(KeyBlock block) implements ManagedObject {
    public static final Structure<PrivateKey> TYPE =
        new Structure<>(fields ->
            new PrivateKey(fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, PrivateKey::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.PRIVATE_KEY;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }
  }

  /** A password or a seed. */
  record SecretData(SecretDataType type, KeyBlock block) implements ManagedObject {
    public static final Structure<SecretData> TYPE =
        new Structure<>(fields ->
            new SecretData(
                fields.required(Tag.SECRET_DATA_TYPE, SecretDataType.KIND, SecretData::type),
                fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, SecretData::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.SECRET_DATA;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }
  }

  /** A share of a key. */
  record SplitKey(
      int parts,
      int partIdentifier,
      int threshold,
      SplitKeyMethod method,
      Optional<BigInteger> primeFieldSize,
      KeyBlock block)
      implements ManagedObject {
    public static final Structure<SplitKey> TYPE =
        new Structure<>(fields ->
            new SplitKey(
                fields.integer(Tag.SPLIT_KEY_PARTS, SplitKey::parts),
                fields.integer(Tag.KEY_PART_IDENTIFIER, SplitKey::partIdentifier),
                fields.integer(Tag.SPLIT_KEY_THRESHOLD, SplitKey::threshold),
                fields.required(Tag.SPLIT_KEY_METHOD, SplitKeyMethod.KIND, SplitKey::method),
                fields.optional(Tag.PRIME_FIELD_SIZE, Types.BIG_INTEGER, SplitKey::primeFieldSize),
                fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, SplitKey::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.SPLIT_KEY;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }
  }

  /** A PGP key (KMIP 1.2 and later). */
  record PgpKey(int version, KeyBlock block) implements ManagedObject {
    public static final Structure<PgpKey> TYPE =
        new Structure<>(fields ->
            new PgpKey(
                fields.integer(Tag.PGP_KEY_VERSION, PgpKey::version),
                fields.required(Tag.KEY_BLOCK, KeyBlock.TYPE, PgpKey::block)));

    @Override
    public ObjectType objectType() {
      return ObjectType.PGP_KEY;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.of(block);
    }
  }

  /** A certificate. */
  record Certificate(CertificateType type, ByteString value) implements ManagedObject {
    public static final Structure<Certificate> TYPE =
        new Structure<>(fields ->
            new Certificate(
                fields.required(Tag.CERTIFICATE_TYPE, CertificateType.KIND, Certificate::type),
                fields.required(Tag.CERTIFICATE_VALUE, Types.BYTES, Certificate::value)));

    @Override
    public ObjectType objectType() {
      return ObjectType.CERTIFICATE;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.empty();
    }
  }

  /** A certificate signing request (KMIP 2.0 and later). */
  record CertificateRequest(CertificateRequestType type, ByteString value)
      implements ManagedObject {
    public static final Structure<CertificateRequest> TYPE =
        new Structure<>(fields ->
            new CertificateRequest(
                fields.required(
                    Tag.CERTIFICATE_REQUEST_TYPE,
                    CertificateRequestType.KIND,
                    CertificateRequest::type),
                fields.required(
                    Tag.CERTIFICATE_REQUEST_VALUE, Types.BYTES, CertificateRequest::value)));

    @Override
    public ObjectType objectType() {
      return ObjectType.CERTIFICATE_REQUEST;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.empty();
    }
  }

  /** Data whose meaning is the client's; treated as secret, since they may be. */
  record OpaqueObject(OpaqueDataType type, SecretBytes value) implements ManagedObject {
    public static final Structure<OpaqueObject> TYPE =
        new Structure<>(fields ->
            new OpaqueObject(
                fields.required(Tag.OPAQUE_DATA_TYPE, OpaqueDataType.KIND, OpaqueObject::type),
                fields.required(Tag.OPAQUE_DATA_VALUE, Types.SECRET, OpaqueObject::value)));

    @Override
    public ObjectType objectType() {
      return ObjectType.OPAQUE_OBJECT;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.empty();
    }

    @Override
    public void close() {
      value.close();
    }
  }

  /** Attributes for objects to come (KMIP 1.x). */
  record Template(Attributes attributes) implements ManagedObject {
    public static final Structure<Template> TYPE =
        new Structure<>(
            fields -> new Template(fields.choice(Attributes.FLAT, Template::attributes)));

    @Override
    public ObjectType objectType() {
      return ObjectType.TEMPLATE;
    }

    @Override
    public Optional<KeyBlock> keyBlock() {
      return Optional.empty();
    }
  }

  /** The object that stands in a message, under the tag of its type. */
  Fields.Choice<ManagedObject> ANY =
      new Fields.Choice<>() {
        @Override
        public ManagedObject read(Decoder in) {
          return switch (in.tag()) {
            case Tag.SYMMETRIC_KEY -> SymmetricKey.TYPE.read(in);
            case Tag.PUBLIC_KEY -> PublicKey.TYPE.read(in);
            case Tag.PRIVATE_KEY -> PrivateKey.TYPE.read(in);
            case Tag.SECRET_DATA -> SecretData.TYPE.read(in);
            case Tag.SPLIT_KEY -> SplitKey.TYPE.read(in);
            case Tag.PGP_KEY -> PgpKey.TYPE.read(in);
            case Tag.CERTIFICATE -> Certificate.TYPE.read(in);
            case Tag.CERTIFICATE_REQUEST -> CertificateRequest.TYPE.read(in);
            case Tag.OPAQUE_OBJECT -> OpaqueObject.TYPE.read(in);
            case Tag.TEMPLATE -> Template.TYPE.read(in);
            default ->
                throw new InvalidKmip(
                    InvalidKmip.Reason.MISSING_FIELD,
                    Tag.OBJECT_TYPE,
                    "the managed object is missing, or not in its place");
          };
        }

        @Override
        public void write(Encoder out, ManagedObject object) {
          switch (object) {
            case SymmetricKey key -> SymmetricKey.TYPE.write(out, Tag.SYMMETRIC_KEY, key);
            case PublicKey key -> PublicKey.TYPE.write(out, Tag.PUBLIC_KEY, key);
            case PrivateKey key -> PrivateKey.TYPE.write(out, Tag.PRIVATE_KEY, key);
            case SecretData data -> SecretData.TYPE.write(out, Tag.SECRET_DATA, data);
            case SplitKey key -> SplitKey.TYPE.write(out, Tag.SPLIT_KEY, key);
            case PgpKey key -> PgpKey.TYPE.write(out, Tag.PGP_KEY, key);
            case Certificate it -> Certificate.TYPE.write(out, Tag.CERTIFICATE, it);
            case CertificateRequest it ->
                CertificateRequest.TYPE.write(out, Tag.CERTIFICATE_REQUEST, it);
            case OpaqueObject opaque -> OpaqueObject.TYPE.write(out, Tag.OPAQUE_OBJECT, opaque);
            case Template template -> Template.TYPE.write(out, Tag.TEMPLATE, template);
          }
        }
      };
}
