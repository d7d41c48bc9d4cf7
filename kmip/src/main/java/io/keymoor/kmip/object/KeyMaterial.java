package io.keymoor.kmip.object;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Ttlv;
import io.keymoor.ttlv.TtlvType;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A key itself (KMIP 2.1 sections 3.2 to 3.12). Numbers that must stay secret are held as
 * big-endian two's complement in {@link SecretBytes}, those that needn't as {@link BigInteger}.
 */
public sealed interface KeyMaterial extends AutoCloseable {
  @Override
  default void close() {
    // Public keys have nothing to erase.
  }

  /** Bytes in whatever the key format type says: raw, PKCS#1, PKCS#8, X.509, EC private key. */
  record Encoded(SecretBytes bytes) implements KeyMaterial {
    @Override
    public void close() {
      bytes.close();
    }
  }

  /** The bytes of a symmetric key in a structure of their own. */
  record TransparentSymmetricKey(SecretBytes key) implements KeyMaterial {
    public static final Structure<TransparentSymmetricKey> TYPE =
        new Structure<>(fields ->
            new TransparentSymmetricKey(
                fields.required(Tag.KEY, Types.SECRET, TransparentSymmetricKey::key)));

    @Override
    public void close() {
      key.close();
    }
  }

  /** A transparent RSA private key. */
  record RsaPrivateKey(
      BigInteger modulus,
      Optional<SecretBytes> privateExponent,
      Optional<BigInteger> publicExponent,
      Optional<SecretBytes> p,
      Optional<SecretBytes> q,
      Optional<SecretBytes> primeExponentP,
      Optional<SecretBytes> primeExponentQ,
      Optional<SecretBytes> crtCoefficient)
      implements KeyMaterial {
    public static final Structure<RsaPrivateKey> TYPE =
        new Structure<>(fields ->
            new RsaPrivateKey(
                fields.required(Tag.MODULUS, Types.BIG_INTEGER, RsaPrivateKey::modulus),
                fields.optional(
                    Tag.PRIVATE_EXPONENT, Types.SECRET_BIG_INTEGER, RsaPrivateKey::privateExponent),
                fields.optional(
                    Tag.PUBLIC_EXPONENT, Types.BIG_INTEGER, RsaPrivateKey::publicExponent),
                fields.optional(Tag.P, Types.SECRET_BIG_INTEGER, RsaPrivateKey::p),
                fields.optional(Tag.Q, Types.SECRET_BIG_INTEGER, RsaPrivateKey::q),
                fields.optional(
                    Tag.PRIME_EXPONENT_P, Types.SECRET_BIG_INTEGER, RsaPrivateKey::primeExponentP),
                fields.optional(
                    Tag.PRIME_EXPONENT_Q, Types.SECRET_BIG_INTEGER, RsaPrivateKey::primeExponentQ),
                fields.optional(
                    Tag.CRT_COEFFICIENT, Types.SECRET_BIG_INTEGER, RsaPrivateKey::crtCoefficient)));

    @Override
    public void close() {
      privateExponent.ifPresent(SecretBytes::close);
      p.ifPresent(SecretBytes::close);
      q.ifPresent(SecretBytes::close);
      primeExponentP.ifPresent(SecretBytes::close);
      primeExponentQ.ifPresent(SecretBytes::close);
      crtCoefficient.ifPresent(SecretBytes::close);
    }
  }

  /** A transparent RSA public key. */
  record RsaPublicKey(BigInteger modulus, BigInteger publicExponent) implements KeyMaterial {
    public static final Structure<RsaPublicKey> TYPE =
        new Structure<>(fields ->
            new RsaPublicKey(
                fields.required(Tag.MODULUS, Types.BIG_INTEGER, RsaPublicKey::modulus),
                fields.required(
                    Tag.PUBLIC_EXPONENT, Types.BIG_INTEGER, RsaPublicKey::publicExponent)));
  }

  /** A transparent DSA private key. */
  record DsaPrivateKey(BigInteger p, BigInteger q, BigInteger g, SecretBytes x)
      implements KeyMaterial {
    public static final Structure<DsaPrivateKey> TYPE =
        new Structure<>(fields ->
            new DsaPrivateKey(
                fields.required(Tag.P, Types.BIG_INTEGER, DsaPrivateKey::p),
                fields.required(Tag.Q, Types.BIG_INTEGER, DsaPrivateKey::q),
                fields.required(Tag.G, Types.BIG_INTEGER, DsaPrivateKey::g),
                fields.required(Tag.X, Types.SECRET_BIG_INTEGER, DsaPrivateKey::x)));

    @Override
    public void close() {
      x.close();
    }
  }

  /** A transparent DSA public key. */
  record DsaPublicKey(BigInteger p, BigInteger q, BigInteger g, BigInteger y)
      implements KeyMaterial {
    public static final Structure<DsaPublicKey> TYPE =
        new Structure<>(fields ->
            new DsaPublicKey(
                fields.required(Tag.P, Types.BIG_INTEGER, DsaPublicKey::p),
                fields.required(Tag.Q, Types.BIG_INTEGER, DsaPublicKey::q),
                fields.required(Tag.G, Types.BIG_INTEGER, DsaPublicKey::g),
                fields.required(Tag.Y, Types.BIG_INTEGER, DsaPublicKey::y)));
  }

  /** A transparent Diffie-Hellman private key. */
  record DhPrivateKey(
      BigInteger p, Optional<BigInteger> q, BigInteger g, Optional<BigInteger> j, SecretBytes x)
      implements KeyMaterial {
    public static final Structure<DhPrivateKey> TYPE =
        new Structure<>(fields ->
            new DhPrivateKey(
                fields.required(Tag.P, Types.BIG_INTEGER, DhPrivateKey::p),
                fields.optional(Tag.Q, Types.BIG_INTEGER, DhPrivateKey::q),
                fields.required(Tag.G, Types.BIG_INTEGER, DhPrivateKey::g),
                fields.optional(Tag.J, Types.BIG_INTEGER, DhPrivateKey::j),
                fields.required(Tag.X, Types.SECRET_BIG_INTEGER, DhPrivateKey::x)));

    @Override
    public void close() {
      x.close();
    }
  }

  /** A transparent Diffie-Hellman public key. */
  record DhPublicKey(
      BigInteger p, Optional<BigInteger> q, BigInteger g, Optional<BigInteger> j, BigInteger y)
      implements KeyMaterial {
    public static final Structure<DhPublicKey> TYPE =
        new Structure<>(fields ->
            new DhPublicKey(
                fields.required(Tag.P, Types.BIG_INTEGER, DhPublicKey::p),
                fields.optional(Tag.Q, Types.BIG_INTEGER, DhPublicKey::q),
                fields.required(Tag.G, Types.BIG_INTEGER, DhPublicKey::g),
                fields.optional(Tag.J, Types.BIG_INTEGER, DhPublicKey::j),
                fields.required(Tag.Y, Types.BIG_INTEGER, DhPublicKey::y)));
  }

  /** A transparent private key on an elliptic curve. */
  record EcPrivateKey(RecommendedCurve curve, SecretBytes d) implements KeyMaterial {
    public static final Structure<EcPrivateKey> TYPE =
        new Structure<>(fields ->
            new EcPrivateKey(
                fields.required(Tag.RECOMMENDED_CURVE, RecommendedCurve.KIND, EcPrivateKey::curve),
                fields.required(Tag.D, Types.SECRET_BIG_INTEGER, EcPrivateKey::d)));

    @Override
    public void close() {
      d.close();
    }
  }

  /** A transparent public key on an elliptic curve; the point is in SEC 1 form. */
  record EcPublicKey(RecommendedCurve curve, ByteString point) implements KeyMaterial {
    public static final Structure<EcPublicKey> TYPE =
        new Structure<>(fields ->
            new EcPublicKey(
                fields.required(Tag.RECOMMENDED_CURVE, RecommendedCurve.KIND, EcPublicKey::curve),
                fields.required(Tag.Q_STRING, Types.BYTES, EcPublicKey::point)));
  }

  /** A structure of a format that this library doesn't know. */
  record Unknown(Ttlv structure) implements KeyMaterial {}

  /** The type of key material of this format. */
  static Type<KeyMaterial> of(KeyFormatType format) {
    return Types.of(in -> read(in, format), KeyMaterial::write);
  }

  private static KeyMaterial read(Decoder in, KeyFormatType format) {
    if (in.reader().type() == TtlvType.BYTE_STRING) {
      return new Encoded(Types.SECRET.read(in));
    }
    return switch (format.value()) {
      case 0x07 -> TransparentSymmetricKey.TYPE.read(in);
      case 0x08 -> DsaPrivateKey.TYPE.read(in);
      case 0x09 -> DsaPublicKey.TYPE.read(in);
      case 0x0a -> RsaPrivateKey.TYPE.read(in);
      case 0x0b -> RsaPublicKey.TYPE.read(in);
      case 0x0c -> DhPrivateKey.TYPE.read(in);
      case 0x0d -> DhPublicKey.TYPE.read(in);
      // ECDSA, ECDH and ECMQV had formats of their own before KMIP 1.3, all of one shape.
      case 0x0e, 0x10, 0x12, 0x14 -> EcPrivateKey.TYPE.read(in);
      case 0x0f, 0x11, 0x13, 0x15 -> EcPublicKey.TYPE.read(in);
      default -> new Unknown(Types.ANY.read(in));
    };
  }

  private static void write(Encoder out, int tag, KeyMaterial material) {
    switch (material) {
      case Encoded encoded -> Types.SECRET.write(out, tag, encoded.bytes());
      case TransparentSymmetricKey key -> TransparentSymmetricKey.TYPE.write(out, tag, key);
      case RsaPrivateKey key -> RsaPrivateKey.TYPE.write(out, tag, key);
      case RsaPublicKey key -> RsaPublicKey.TYPE.write(out, tag, key);
      case DsaPrivateKey key -> DsaPrivateKey.TYPE.write(out, tag, key);
      case DsaPublicKey key -> DsaPublicKey.TYPE.write(out, tag, key);
      case DhPrivateKey key -> DhPrivateKey.TYPE.write(out, tag, key);
      case DhPublicKey key -> DhPublicKey.TYPE.write(out, tag, key);
      case EcPrivateKey key -> EcPrivateKey.TYPE.write(out, tag, key);
      case EcPublicKey key -> EcPublicKey.TYPE.write(out, tag, key);
      case Unknown unknown -> Types.ANY.write(out, tag, unknown.structure());
    }
  }
}
