package io.keymoor.kms.object;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.PassphraseKey;
import io.keymoor.crypto.SealedBox;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kms.lifecycle.ObjectState;
import io.keymoor.kms.store.Change;
import io.keymoor.kms.store.GroupCommit;
import io.keymoor.kms.store.Objects;
import io.keymoor.kms.store.WriteUnit;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * All objects of a KMS in one file, sealed under a passphrase, version 1 (big-endian):
 *
 * <pre>
 *   "KMSTORE1"                                  8 bytes
 *   iterations, KiB, lanes                      3 integers, the cost of Argon2id
 *   salt                                        16 bytes
 *   per object: length, sealed box              purpose "kms/archive/" and its number from 0
 *   length, sealed box                          purpose "kms/archive/end/" and the number of objects
 * </pre>
 *
 * <p>Guarantee: an archive that was cut short, reordered or joined from two is refused; an import
 * adds objects that are not there yet and changes none.
 */
public final class ObjectArchive {
  private static final byte[] MAGIC = "KMSTORE1".getBytes(US_ASCII);
  private static final int PAGE = 500;
  private static final int MOST_BOX_BYTES = 1 << 25;
  private static final int NO_STATE = 0;

  private final Objects objects;
  private final Vault vault;
  private final SecureRandom random;

  public ObjectArchive(Objects objects, Vault vault, SecureRandom random) {
    this.objects = objects;
    this.vault = vault;
    this.random = random;
  }

  /** What an import did. */
  public record Imported(long added, long present) {}

  /** Writes every object; answers how many. */
  public long write(OutputStream file, SecretBytes passphrase) throws IOException {
    PassphraseKey.Cost cost = PassphraseKey.Cost.RECOMMENDED;
    byte[] salt = PassphraseKey.newSalt(random);
    DataOutputStream out = new DataOutputStream(file);
    out.write(MAGIC);
    out.writeInt(cost.iterations());
    out.writeInt(cost.memoryKib());
    out.writeInt(cost.lanes());
    out.write(salt);
    long count = 0;
    try (SecretBytes key = PassphraseKey.derive(passphrase, salt, cost)) {
      long before = Long.MAX_VALUE;
      List<Objects.Found> page = page(before);
      while (!page.isEmpty()) {
        for (Objects.Found found : page) {
          Optional<StoredObject> object = objects.find(found.row().id()).map(ObjectSource::decoded);
          if (object.isPresent()) {
            writeBox(out, key, "kms/archive/" + count, encoded(object.get()));
            count++;
          }
          before = found.seq();
        }
        page = page(before);
      }
      writeBox(out, key, "kms/archive/end/" + count, new byte[1]);
    }
    out.flush();
    return count;
  }

  private List<Objects.Found> page(long before) {
    return objects.search(
        new Objects.Search(Optional.empty(), Set.of(), OptionalInt.empty(), Optional.empty()),
        before,
        PAGE);
  }

  private void writeBox(DataOutputStream out, SecretBytes key, String purpose, byte[] clear)
      throws IOException {
    try {
      byte[] box = SealedBox.seal(key, purpose, clear, random);
      out.writeInt(box.length);
      out.write(box);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  private byte[] encoded(StoredObject object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(object.id());
      out.writeInt(object.type().value());
      out.writeUTF(object.owner());
      out.writeInt(object.state().map(ObjectState::number).orElse(NO_STATE));
      out.writeBoolean(object.archived());
      byte[] attributes = AttributeCodec.encode(object.attributes());
      out.writeInt(attributes.length);
      out.write(attributes);
      if (object.material().isPresent()) {
        try (SecretBytes clear = vault.clear(object.id(), object.material().get())) {
          out.writeInt(clear.length());
          ClearBytes.use(clear, out::write);
        }
      } else {
        out.writeInt(-1);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * Adds what an archive holds. The whole archive is verified before the first object is added.
   *
   * @param open opens the file from its beginning; called twice
   * @throws CryptoException when the passphrase is another or the archive is damaged; nothing was
   *     added
   */
  public Imported read(Source open, SecretBytes passphrase, GroupCommit commit) throws IOException {
    walk(open, passphrase, _ -> {});
    long[] counts = new long[2];
    walk(
        open,
        passphrase,
        clear -> {
          StoredObject object = ClearBytes.read(clear, this::decoded);
          if (objects.find(object.id()).isPresent()) {
            counts[1]++;
          } else {
            commit.write(
                new WriteUnit(
                    List.of(
                        new Change.Insert(
                            ObjectSource.encoded(object), AttributeIndex.keys(object))),
                    List.of()));
            counts[0]++;
          }
        });
    return new Imported(counts[0], counts[1]);
  }

  /** Opens a file. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  private interface Visitor {
    void visit(SecretBytes clear) throws IOException;
  }

  private void walk(Source open, SecretBytes passphrase, Visitor visitor) throws IOException {
    try (DataInputStream in = new DataInputStream(open.open())) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new CryptoException.Foreign("This is not an archive of a Keymoor KMS.");
      }
      PassphraseKey.Cost cost = new PassphraseKey.Cost(in.readInt(), in.readInt(), in.readInt());
      byte[] salt = in.readNBytes(PassphraseKey.SALT_BYTES);
      try (SecretBytes key = PassphraseKey.derive(passphrase, salt, cost)) {
        long count = 0;
        byte[] box = box(in);
        while (in.available() > 0) {
          try (SecretBytes clear = SealedBox.open(key, "kms/archive/" + count, box)) {
            visitor.visit(clear);
          }
          count++;
          box = box(in);
        }
        SealedBox.open(key, "kms/archive/end/" + count, box).close();
      }
    } catch (EOFException cut) {
      throw new CryptoException.Damaged("The archive was cut short.");
    }
  }

  private static byte[] box(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST_BOX_BYTES) {
      throw new CryptoException.Damaged("The archive is damaged.");
    }
    byte[] box = in.readNBytes(length);
    if (box.length < length) {
      throw new EOFException("the archive ends inside a box");
    }
    return box;
  }

  private StoredObject decoded(byte[] clear) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(clear))) {
      String id = in.readUTF();
      ObjectType type = ObjectType.KIND.of(in.readInt());
      String owner = in.readUTF();
      int state = in.readInt();
      boolean archived = in.readBoolean();
      byte[] attributes = in.readNBytes(in.readInt());
      int length = in.readInt();
      Optional<StoredObject.Sealed> material = Optional.empty();
      if (length >= 0) {
        try (SecretBytes bytes = SecretBytes.takeOver(in.readNBytes(length))) {
          material = Optional.of(vault.seal(id, 1, bytes));
        }
      }
      return new StoredObject(
          id,
          type,
          owner,
          state == NO_STATE ? Optional.empty() : Optional.of(ObjectState.of(state)),
          archived,
          1,
          AttributeCodec.decode(attributes),
          material);
    }
  }
}
