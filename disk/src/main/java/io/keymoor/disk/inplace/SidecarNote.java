package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.engine.FileCare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small file beside the image, {@code <image>.keymoor-inplace}, for the moment in which the
 * journal is appended.
 *
 * <pre>
 * keymoor in-place 1 length LENGTH inode INODE
 * </pre>
 *
 * <p>The inode tells a note for another image that had the same name before.
 */
final class SidecarNote implements LengthNote {
  private static final Pattern TEXT =
      Pattern.compile("keymoor in-place 1 length ([0-9]{1,18}) inode ([0-9]{1,20})\n");

  private final Path image;
  private final Path note;

  /** The image exists; its note lies beside it and not beside a link to it. */
  SidecarNote(Path image) {
    this.image = real(image);
    this.note = this.image.resolveSibling(this.image.getFileName() + ".keymoor-inplace");
  }

  private static Path real(Path image) {
    try {
      return image.toRealPath();
    } catch (IOException e) {
      throw new DiskException.DiskMissing(image.toString());
    }
  }

  @Override
  public void keep(long length) {
    Path draft = note.resolveSibling(note.getFileName() + ".new");
    try {
      String text = "keymoor in-place 1 length " + length + " inode " + inode() + "\n";
      try (FileChannel channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
        channel.force(true);
      }
      Files.move(draft, note, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(
          note.toString(), "the note of the image's length could not be written", e);
    }
    FileCare.syncDirectoryOf(note);
  }

  @Override
  public OptionalLong kept() {
    try {
      Matcher text = TEXT.matcher(Files.readString(note, US_ASCII));
      return text.matches() && text.group(2).equals(inode())
          ? OptionalLong.of(Long.parseLong(text.group(1)))
          : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(note.toString(), 0, e);
    }
  }

  private String inode() throws IOException {
    return String.valueOf(Files.getAttribute(image, "unix:ino"));
  }

  @Override
  public void drop() {
    try {
      if (Files.deleteIfExists(note)) {
        FileCare.syncDirectoryOf(note);
      }
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(note.toString(), "it could not be removed", e);
    }
  }
}
