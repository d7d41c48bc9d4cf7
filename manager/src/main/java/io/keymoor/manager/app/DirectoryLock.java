package io.keymoor.manager.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One manager per directory. The system frees the lock when the process ends, however it ends. */
record DirectoryLock(FileChannel channel) implements AutoCloseable {
  static DirectoryLock take(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new StartFailure(
            "A manager runs in " + file.getParent() + " already. Nothing was started.");
      }
      return new DirectoryLock(channel);
    } catch (IOException failure) {
      throw new StartFailure("The lock " + file + " can't be taken. Nothing was started.", failure);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
