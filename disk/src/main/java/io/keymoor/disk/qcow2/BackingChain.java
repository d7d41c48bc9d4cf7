package io.keymoor.disk.qcow2;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.ImageSlice;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.raw.RawSource;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens a qcow2 image with all images under it. Encrypted images of a chain share one key, as
 * libvirt and Keymoor make snapshots.
 *
 * <p>A backing file without a recorded format is taken as raw when it looks raw, and refused
 * otherwise: a guest can write a qcow2 header into its raw disk.
 */
public final class BackingChain {
  private static final int DEEPEST = 64;

  private final DiskKey key;
  private final BackingRule rule;
  private final Machine machine;
  private final List<Path> opened = new ArrayList<>();

  private BackingChain(DiskKey key, BackingRule rule, Machine machine) {
    this.key = key;
    this.rule = rule;
    this.machine = machine;
  }

  /**
   * Opens the disk in {@code file} and its chain; the source closes all of them, also {@code file}
   * when this throws.
   *
   * @throws AlreadyEncrypted when an image of the chain needs a key and none was given
   * @throws DiskException.WrongKey when the key does not open one of them
   */
  public static BlockSource open(ImageFile file, DiskKey key, BackingRule rule, Machine machine) {
    return new BackingChain(key, rule, machine).openQcow2(file);
  }

  private BlockSource openQcow2(ImageFile file) {
    ClusterCipher cipher = ClusterCipher.PLAIN;
    BlockSource backing = new NoBacking();
    try {
      requireNewInChain(file);
      Qcow2Header header = Qcow2Header.read(file);
      cipher = cipherOf(file, header);
      if (header.backing().isPresent()) {
        backing = openBacking(file, header.backing().get());
      }
      return new Qcow2Source(file, header, cipher, backing);
    } catch (RuntimeException e) {
      cipher.close();
      backing.close();
      file.close();
      throw e;
    }
  }

  private void requireNewInChain(ImageFile file) {
    Path real = realPathOf(file.path());
    if (opened.contains(real)) {
      throw new DamagedImage(file.name(), "it is, over its backing files, its own backing file");
    }
    if (opened.size() == DEEPEST) {
      throw new UnsupportedImage(
          opened.getFirst().toString(), "its chain has more than " + DEEPEST + " backing files");
    }
    opened.add(real);
  }

  private ClusterCipher cipherOf(ImageFile file, Qcow2Header header) {
    return switch (header.encryption()) {
      case NONE -> ClusterCipher.PLAIN;
      case LEGACY_AES ->
          throw new UnsupportedImage(
              file.name(),
              "it uses qcow's old AES encryption, which is broken; convert it with qemu-img first");
      case LUKS -> {
        try (SecretBytes volumeKey = unlock(file, header, secretFor(file), machine)) {
          yield ClusterCipher.Luks.with(volumeKey, machine);
        }
      }
    };
  }

  /** Opens the LUKS header inside a qcow2 file; the caller closes the volume key. */
  public static SecretBytes unlock(ImageFile file, Qcow2Header header, SecretBytes passphrase) {
    return unlock(file, header, passphrase, Machine.JAVA);
  }

  private static SecretBytes unlock(
      ImageFile file, Qcow2Header header, SecretBytes passphrase, Machine machine) {
    ImageSlice area = new ImageSlice(file, header.cryptOffset(), header.cryptLength());
    return Luks1Keys.unlock(area, Luks1Header.read(area), passphrase, machine);
  }

  private SecretBytes secretFor(ImageFile file) {
    return switch (key) {
      case DiskKey.None none -> throw new AlreadyEncrypted(file.name());
      case DiskKey.RandomSecret random -> random.secret();
      case DiskKey.Passphrase passphrase -> passphrase.words();
    };
  }

  private BlockSource openBacking(ImageFile image, Qcow2Header.Backing backing) {
    Path path = permitted(image, backing.name());
    ImageFile file = ImageFile.openToRead(path);
    try {
      return switch (backing.format()) {
        case "qcow2" -> openQcow2(file);
        case "raw" -> new RawSource(file, machine);
        case "luks" -> Luks1Keys.open(file, secretFor(file), machine);
        case "" -> openUnrecorded(image, file);
        default ->
            throw new UnsupportedImage(
                image.name(), "its backing file has format " + printable(backing.format()));
      };
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private BlockSource openUnrecorded(ImageFile image, ImageFile backing) {
    byte[] start = new byte[8];
    backing.read(0, start, 0, start.length);
    if (Qcow2Header.startsLikeQcow(start) || Luks1Header.versionOf(start).isPresent()) {
      throw new UnsupportedImage(
          image.name(),
          "it does not record the format of its backing file "
              + backing.name()
              + "; record it with qemu-img rebase -u -F");
    }
    return new RawSource(backing, machine);
  }

  /** The path of a backing file, when its name is one and the rule lets it be followed. */
  private Path permitted(ImageFile image, String name) {
    int colon = name.indexOf(':');
    if (colon >= 0 && name.lastIndexOf('/', colon) < 0) {
      throw new UnsupportedImage(
          image.name(),
          "its backing file is reached over protocol " + printable(name.substring(0, colon)));
    }
    Path directory = realPathOf(image.path()).getParent();
    Path path;
    try {
      path = image.path().toAbsolutePath().resolveSibling(name);
    } catch (InvalidPathException e) {
      throw new UnsupportedImage(image.name(), "the name of its backing file is no path");
    }
    Path real = realPathOf(path);
    boolean inside = directory != null && real.startsWith(directory);
    for (Path further : rule.furtherDirectories()) {
      inside |= real.startsWith(realPathOf(further));
    }
    if (!inside) {
      throw new UnsupportedImage(
          image.name(),
          "its backing file "
              + path
              + " lies in another directory, which has to be allowed explicitly");
    }
    return path;
  }

  private static Path realPathOf(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      if (!Files.exists(path)) {
        throw new DiskException.DiskMissing(path.toString());
      }
      throw new DiskException.DiskReadFailed(path.toString(), 0, e);
    }
  }

  private static String printable(String text) {
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 40 ? clean.substring(0, 40) + "..." : clean;
  }
}
