package io.keymoor.kms.cipher;

import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.KeyWrappingData;
import io.keymoor.kmip.vocabulary.BlockCipherMode;
import io.keymoor.kmip.vocabulary.EncodingOption;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.MalformedTtlv;
import io.keymoor.ttlv.TtlvReader;
import io.keymoor.ttlv.TtlvWriter;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Key wrapping with AES (RFC 3394; with padding RFC 5649), of the bare key bytes ("No Encoding") or
 * of the whole key value structure ("TTLV Encoding", KMIP 1.4 section 2.1.5).
 */
public final class KeyWrapping {
  private KeyWrapping() {}

  /**
   * A key block with its value wrapped under {@code wrappingKey}.
   *
   * @param data what to say about the wrapping
   * @param attributes the attributes to wrap along; with TTLV encoding only
   */
  public static KeyBlock wrap(
      KeyBlock block,
      SecretBytes wrappingKey,
      KeyWrappingData data,
      Attributes attributes,
      ProtocolVersion version) {
    KeyMaterial material = Material.plain(block);
    boolean bare = encoding(data).equals(EncodingOption.NO_ENCODING);
    if (bare && !attributes.isEmpty()) {
      throw new KmipFailure(
          ResultReason.ENCODING_OPTION_ERROR,
          "Attributes can be wrapped along with TTLV encoding only.");
    }
    byte[] wrapped =
        bare
            ? ClearBytes.read(bareBytes(material), clear -> wrap(wrappingKey, clear, mode(data)))
            : wrapStructure(block, material, attributes, wrappingKey, mode(data), version);
    return new KeyBlock(
        block.format(),
        block.compression(),
        Optional.of(new KeyValue.Wrapped(ByteString.owning(wrapped))),
        block.algorithm(),
        block.length(),
        Optional.of(data));
  }

  private static byte[] wrapStructure(
      KeyBlock block,
      KeyMaterial material,
      Attributes attributes,
      SecretBytes wrappingKey,
      BlockCipherMode mode,
      ProtocolVersion version) {
    try (TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE)) {
      KeyValue.of(block.format())
          .write(
              new Encoder(writer, version, Encoder.Foreign.OMIT),
              Tag.KEY_VALUE,
              new KeyValue.Plain(material, attributes));
      byte[] clear = writer.toByteArray();
      try {
        return wrap(wrappingKey, clear, mode);
      } finally {
        Arrays.fill(clear, (byte) 0);
      }
    }
  }

  /** The key block with its value in clear; it is the caller's. */
  public static KeyBlock unwrap(KeyBlock block, SecretBytes wrappingKey, ProtocolVersion version) {
    KeyWrappingData data = block.wrapping().orElseThrow(KeyWrapping::unsupported);
    if (!(block.value().orElseThrow(KeyWrapping::unsupported)
        instanceof KeyValue.Wrapped(ByteString bytes))) {
      throw unsupported();
    }
    byte[] clear = unwrap(wrappingKey, bytes.toByteArray(), mode(data));
    KeyValue value =
        encoding(data).equals(EncodingOption.NO_ENCODING)
            ? new KeyValue.Plain(new KeyMaterial.Encoded(SecretBytes.takeOver(clear)))
            : structure(block, clear, version);
    return new KeyBlock(
        block.format(),
        block.compression(),
        Optional.of(value),
        block.algorithm(),
        block.length(),
        Optional.empty());
  }

  private static KeyValue structure(KeyBlock block, byte[] clear, ProtocolVersion version) {
    try {
      TtlvReader reader = Encoding.BINARY.reader(clear, KmipNames.INSTANCE, Limits.DEFAULT);
      Decoder in = new Decoder(reader, Decoder.Unknown.REFUSE);
      in.speak(version);
      in.require(Tag.KEY_VALUE);
      return KeyValue.of(block.format()).read(in);
    } catch (MalformedTtlv malformed) {
      throw Der.malformed();
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  private static SecretBytes bareBytes(KeyMaterial material) {
    return switch (material) {
      case KeyMaterial.Encoded(SecretBytes bytes) -> bytes;
      case KeyMaterial.TransparentSymmetricKey(SecretBytes key) -> key;
      default ->
          throw new KmipFailure(
              ResultReason.ENCODING_OPTION_ERROR,
              "A transparent key can be wrapped with TTLV encoding only.");
    };
  }

  private static EncodingOption encoding(KeyWrappingData data) {
    return data.encoding().orElse(EncodingOption.TTLV_ENCODING);
  }

  private static BlockCipherMode mode(KeyWrappingData data) {
    return data.encryptionKey()
        .flatMap(key -> key.parameters())
        .flatMap(CryptographicParameters::blockCipherMode)
        .orElse(BlockCipherMode.NIST_KEY_WRAP);
  }

  private static String transformation(BlockCipherMode mode) {
    if (mode.equals(BlockCipherMode.NIST_KEY_WRAP)) {
      return "AES/KW/NoPadding";
    }
    if (mode.equals(BlockCipherMode.AES_KEY_WRAP_PADDING)) {
      return "AES/KWP/NoPadding";
    }
    throw unsupported();
  }

  private static byte[] wrap(SecretBytes wrappingKey, byte[] clear, BlockCipherMode mode) {
    return ClearBytes.read(
        wrappingKey,
        key -> {
          try {
            Cipher cipher = Cipher.getInstance(transformation(mode));
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(key, "AES"));
            return cipher.wrap(new SecretKeySpec(clear, "RAW"));
          } catch (GeneralSecurityException | IllegalArgumentException failure) {
            throw new KmipFailure(
                ResultReason.CRYPTOGRAPHIC_FAILURE, "The key could not be wrapped so.");
          }
        });
  }

  private static byte[] unwrap(SecretBytes wrappingKey, byte[] wrapped, BlockCipherMode mode) {
    return ClearBytes.read(
        wrappingKey,
        key -> {
          try {
            Cipher cipher = Cipher.getInstance(transformation(mode));
            cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(key, "AES"));
            Key clear = cipher.unwrap(wrapped, "RAW", Cipher.SECRET_KEY);
            return clear.getEncoded();
          } catch (GeneralSecurityException | IllegalArgumentException failure) {
            throw new KmipFailure(
                ResultReason.CRYPTOGRAPHIC_FAILURE,
                "The wrapped key does not open with the wrapping key it names.");
          }
        });
  }

  private static KmipFailure unsupported() {
    return new KmipFailure(
        ResultReason.UNSUPPORTED_CRYPTOGRAPHIC_PARAMETERS,
        "This server wraps keys by encryption with AES key wrap, with or without padding.");
  }
}
