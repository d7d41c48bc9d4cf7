package io.keymoor.host;

import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MalformedMessage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How root on the host has its agent do something while the manager is away: one command, one
 * outcome, over a Unix socket of mode 0600 in the agent's runtime directory of mode 0700.
 *
 * <pre>
 * u32 length, command as JSON     answered by     u32 length, outcome as JSON
 * </pre>
 *
 * <p>Only adopting and migrating VMs is done here. Thread-safe.
 */
final class LocalDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDoor.class);
  private static final int LARGEST = 64 * 1024;
  private static final String NAME = "door.sock";

  private static final CommandControl NOBODY_WATCHES =
      new CommandControl() {
        @Override
        public void progress(String phase, long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final ServerSocketChannel server;
  private final CommandExecutor executor;

  private LocalDoor(ServerSocketChannel server, CommandExecutor executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Opens the door in a directory that is this user's alone. */
  static LocalDoor open(Path runtime, CommandExecutor executor) {
    Path socket = runtime.resolve(NAME);
    try {
      // What lies there is a former agent's: this one has the directory's lock.
      Files.deleteIfExists(socket);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      LocalDoor door = new LocalDoor(server, executor);
      Thread.ofPlatform().daemon().name("local-door").start(door::serve);
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException("could not open " + socket, e);
    }
  }

  /**
   * Has the agent of this runtime directory execute a command.
   *
   * @return how it ended; absent when no agent answers
   */
  static Optional<CommandOutcome> ask(Path runtime, HostCommand command) {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(runtime.resolve(NAME)))) {
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
      byte[] json = LinkJson.write(command);
      out.writeInt(json.length);
      out.write(json);
      out.flush();
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      return Optional.of(LinkJson.read(in.readNBytes(in.readInt()), CommandOutcome.class));
    } catch (IOException | MalformedMessage nobody) {
      return Optional.empty();
    }
  }

  private void serve() {
    while (true) {
      try {
        SocketChannel connection = server.accept();
        Thread.ofVirtual().start(() -> answer(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void answer(SocketChannel connection) {
    try (connection) {
      String peer = connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      if (!peer.equals(Files.getOwner(Path.of("/proc/self")).getName())) {
        return;
      }
      DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
      int length = in.readInt();
      if (length < 0 || length > LARGEST) {
        return;
      }
      HostCommand command = LinkJson.read(in.readNBytes(length), HostCommand.class);
      byte[] json = LinkJson.write(executed(command));
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(connection));
      out.writeInt(json.length);
      out.write(json);
      out.flush();
    } catch (IOException | MalformedMessage e) {
      LOG.debug("a local request came to nothing", e);
    }
  }

  private CommandOutcome executed(HostCommand command) {
    LOG.info("Asked on this host itself for {} of VM {}.", command.id(), command.vm());
    if (command instanceof HostCommand.AdoptVm
        || command instanceof HostCommand.StartVm
        || command instanceof HostCommand.MigrateVm) {
      return executor.execute(command, NOBODY_WATCHES);
    }
    return new CommandOutcome.Failed(
        command.id(),
        "not_local",
        "That is for the manager to ask for. Nothing was changed.",
        Optional.empty());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
