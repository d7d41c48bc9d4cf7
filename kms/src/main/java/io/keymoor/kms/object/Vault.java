package io.keymoor.kms.object;

import io.keymoor.crypto.SealedBox;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvReader;
import io.keymoor.ttlv.TtlvWriter;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals objects under the store key and opens them.
 *
 * <p>Guarantee: what opens was sealed for this identifier in this revision; material that somebody
 * moved to another row, or kept from before a replacement, does not open. Thread-safe.
 */
public final class Vault implements AutoCloseable {
  private static final Limits LIMITS = Limits.DEFAULT.withFrameBytes(1 << 24);

  private final SecretBytes storeKey;
  private final SecureRandom random;

  /** Takes over the store key. */
  public Vault(SecretBytes storeKey, SecureRandom random) {
    this.storeKey = storeKey;
    this.random = random;
  }

  /** Seals an object for the row {@code id}, in the revision it is about to get. */
  public StoredObject.Sealed seal(String id, long revision, ManagedObject object) {
    try (TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE)) {
      ManagedObject.ANY.write(new Encoder(writer, shape(object), Encoder.Foreign.REFUSE), object);
      byte[] clear = writer.toByteArray();
      try {
        return new StoredObject.Sealed(
            SealedBox.seal(storeKey, purpose(id, revision), clear, random), revision);
      } finally {
        Arrays.fill(clear, (byte) 0);
      }
    }
  }

  /** Opens an object; the result is the caller's, who closes it. */
  public ManagedObject open(String id, StoredObject.Sealed sealed) {
    try (SecretBytes clear =
        SealedBox.open(storeKey, purpose(id, sealed.sealedAt()), sealed.box())) {
      return ClearBytes.read(
          clear,
          bytes -> {
            TtlvReader reader = Encoding.BINARY.reader(bytes, KmipNames.INSTANCE, LIMITS);
            Decoder in = new Decoder(reader, Decoder.Unknown.REFUSE);
            in.speak(shapeOf(reader.tag()));
            return ManagedObject.ANY.read(in);
          });
    }
  }

  /** The clear encoding of an object, for an archive; the caller's. */
  SecretBytes clear(String id, StoredObject.Sealed sealed) {
    return SealedBox.open(storeKey, purpose(id, sealed.sealedAt()), sealed.box());
  }

  /** Seals what {@link #clear} gave. */
  StoredObject.Sealed seal(String id, long revision, SecretBytes clear) {
    return new StoredObject.Sealed(
        SealedBox.seal(storeKey, purpose(id, revision), clear, random), revision);
  }

  /** Templates exist in KMIP 1.x only; everything else has a shape in the newest version. */
  private static ProtocolVersion shape(ManagedObject object) {
    return object instanceof ManagedObject.Template ? ProtocolVersion.V1_4 : ProtocolVersion.V2_1;
  }

  private static ProtocolVersion shapeOf(int tag) {
    return tag == Tag.TEMPLATE ? ProtocolVersion.V1_4 : ProtocolVersion.V2_1;
  }

  private static String purpose(String id, long revision) {
    return "kms/object/" + id + "/" + revision;
  }

  @Override
  public void close() {
    storeKey.close();
  }
}
