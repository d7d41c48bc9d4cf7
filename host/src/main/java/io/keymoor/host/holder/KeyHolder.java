package io.keymoor.host.holder;

import io.keymoor.secret.SystemMemory;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;

/**
 * The holder's process: {@code KeyHolder DIRECTORY}.
 *
 * <p>Guarantee: what it holds is in its memory only; it answers processes of its own user only; it
 * is the one holder of its directory, or ends at once; it ends when its socket is gone, as after
 * {@code /run} was emptied. Exit status 0, or 1 when it could not begin, with the reason on
 * standard error.
 */
public final class KeyHolder {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int CONNECTIONS = 8;
  private static final String SOCKET = "socket";

  private final Map<String, byte[]> held = new HashMap<>();
  private final Semaphore connections = new Semaphore(CONNECTIONS);
  private final UserPrincipal self;

  private KeyHolder(UserPrincipal self) {
    this.self = self;
  }

  /** Where the holder of a directory listens. */
  public static Path socket(Path directory) {
    return directory.resolve(SOCKET);
  }

  /** Runs the holder of the directory in {@code arguments}. */
  public static void main(String[] arguments) {
    SystemMemory.forbidCoreDumps();
    if (arguments.length != 1) {
      System.err.println("keymoor key holder: name its directory.");
      System.exit(1);
    }
    try {
      run(Path.of(arguments[0]).toAbsolutePath());
    } catch (IOException failure) {
      System.err.println("keymoor key holder: " + failure.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(Path directory) throws IOException {
    UserPrincipal self = Files.getOwner(Path.of("/proc/self"));
    requirePrivate(directory, self);
    try (FileChannel file =
            FileChannel.open(
                directory.resolve("lock"),
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        throw new IOException("another one serves " + directory);
      }
      serve(socket(directory), new KeyHolder(self));
    }
  }

  private static void requirePrivate(Path directory, UserPrincipal self) throws IOException {
    boolean ours =
        Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(self)
            && Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)
                .equals(PosixFilePermissions.fromString("rwx------"));
    if (!ours) {
      throw new IOException(directory + " is not a directory of this user's with mode 0700");
    }
  }

  private static void serve(Path socket, KeyHolder holder) throws IOException {
    // What lies there belongs to a holder that is gone: this one has the lock.
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      Object bound = identity(socket);
      Thread.ofVirtual().start(() -> holder.accept(server));
      while (bound.equals(identity(socket))) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  /** What tells a file from another that took its name. */
  private static Object identity(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Objects.requireNonNullElse(attributes.fileKey(), "none");
    } catch (IOException gone) {
      return "gone";
    }
  }

  private void accept(ServerSocketChannel server) {
    while (true) {
      try {
        connections.acquireUninterruptibly();
        SocketChannel connection = server.accept();
        Thread.ofVirtual().start(() -> converse(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void converse(SocketChannel connection) {
    try (connection) {
      // The directory keeps others out; this also keeps out a descriptor that was passed on.
      if (!connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(self)) {
        return;
      }
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection)));
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(connection)));
      HolderWire.greet(in, out);
      for (int operation = in.read(); operation >= 0; operation = in.read()) {
        HolderWire.answer(out, done((char) operation, HolderWire.entries(in)));
      }
    } catch (IOException ended) {
      // Whoever it was comes back, or was not the agent.
      return;
    } finally {
      connections.release();
    }
  }

  private synchronized Map<String, byte[]> done(char operation, Map<String, byte[]> entries)
      throws IOException {
    switch (operation) {
      case HolderWire.LIST -> {
        Map<String, byte[]> names = new LinkedHashMap<>();
        held.keySet().forEach(name -> names.put(name, new byte[0]));
        return names;
      }
      case HolderWire.GET -> {
        return Map.copyOf(held);
      }
      case HolderWire.PUT -> {
        held.putAll(entries);
        if (held.size() > HolderWire.MOST_ENTRIES) {
          held.keySet().removeAll(entries.keySet());
          throw new IOException("too many entries");
        }
      }
      case HolderWire.DROP -> held.keySet().removeAll(entries.keySet());
      default -> throw new IOException("an operation that this holder does not know");
    }
    return Map.of();
  }
}
