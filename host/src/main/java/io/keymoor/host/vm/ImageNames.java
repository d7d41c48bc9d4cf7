package io.keymoor.host.vm;

import io.keymoor.disk.engine.ContainerFormat;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of new images beside old ones: {@code web01.qcow2} is encrypted as {@code
 * web01.luks-1.qcow2} and decrypted as {@code web01.qcow2} again, or {@code web01.clear-1.qcow2}
 * when that name is taken. A name in use, also by a sidecar left over, is never given.
 */
final class ImageNames {
  private static final Pattern EXTENSION = Pattern.compile("\\.(qcow2|raw|img)$");
  private static final Pattern OURS = Pattern.compile("\\.(luks|clear)-[0-9]+$");
  private static final int MOST = 100_000;

  private ImageNames() {}

  /** A free name for the encrypted copy of {@code image}. */
  static Path encrypted(Path image, ContainerFormat format) {
    return numbered(image, "luks", extension(image, format));
  }

  /** A free name for the copy of {@code image} in clear. */
  static Path clear(Path image, ContainerFormat format) {
    String extension = extension(image, format);
    Path plain = image.resolveSibling(base(image) + extension);
    return isFree(plain) ? plain : numbered(image, "clear", extension);
  }

  /** The sidecar of an image: the key record that travels with it. */
  static Path sidecar(Path image) {
    return image.resolveSibling(image.getFileName() + ".keymoor");
  }

  private static Path numbered(Path image, String mark, String extension) {
    for (int n = 1; n < MOST; n++) {
      Path candidate = image.resolveSibling(base(image) + "." + mark + "-" + n + extension);
      if (isFree(candidate)) {
        return candidate;
      }
    }
    throw new VmException(
        "no_free_name",
        "No name is free beside "
            + image
            + " for its copy. Nothing was changed. Remove old images of that name.");
  }

  private static boolean isFree(Path path) {
    return List.of(path, sidecar(path)).stream()
        .noneMatch(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS));
  }

  private static String base(Path image) {
    String withoutExtension = EXTENSION.matcher(image.getFileName().toString()).replaceFirst("");
    return OURS.matcher(withoutExtension).replaceFirst("");
  }

  private static String extension(Path image, ContainerFormat format) {
    Matcher old = EXTENSION.matcher(image.getFileName().toString());
    return switch (format) {
      case QCOW2 -> ".qcow2";
      case RAW -> old.find() && !old.group().equals(".qcow2") ? old.group() : ".raw";
    };
  }
}
