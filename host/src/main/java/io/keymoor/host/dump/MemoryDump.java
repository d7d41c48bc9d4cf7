package io.keymoor.host.dump;

import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.MemoryPipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The memory of a running guest on its way from QEMU into a sealed file, through a pipe: clear
 * memory is on no disk at any time, and in this process 64 KiB of it.
 *
 * @param hypervisor whose guest it is
 * @param vm the guest
 * @param directory in which the pipe's name is for a moment, root's alone
 */
public record MemoryDump(Hypervisor hypervisor, UUID vm, Path directory)
    implements SealedOutput.Contents {
  private static final int BUFFER = 64 * 1024;

  @Override
  public void writeTo(OutputStream out) throws IOException {
    AtomicReference<RuntimeException> refusal = new AtomicReference<>();
    long copied;
    OwnedNames names = new OwnedNames("memory.");
    for (Path left : names.ofTheDead(directory)) {
      MemoryPipe.remove(left);
    }
    try (MemoryPipe pipe = MemoryPipe.in(directory, names.own())) {
      Thread writing =
          Thread.ofPlatform()
              .name("memory-dump")
              .start(() -> {
                try {
                  hypervisor.dumpMemory(vm, pipe.path());
                } catch (RuntimeException refused) {
                  refusal.set(refused);
                } finally {
                  released(pipe);
                }
              });
      copied = copy(pipe.input(), out);
      join(writing);
    }
    RuntimeException refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    if (copied == 0) {
      throw new IOException("QEMU wrote nothing");
    }
  }

  private static void released(MemoryPipe pipe) {
    try {
      pipe.release();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static long copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        copied += read;
      }
      return copied;
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  private static void join(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted");
    }
  }
}
