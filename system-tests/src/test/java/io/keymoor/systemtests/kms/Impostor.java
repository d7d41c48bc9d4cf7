package io.keymoor.systemtests.kms;

import io.keymoor.crypto.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLServerSocket;

/** A TLS server that shows a certificate of the test's choice and has nothing to say. */
public final class Impostor implements AutoCloseable {
  private final SSLServerSocket listener;

  private Impostor(SSLServerSocket listener) {
    this.listener = listener;
  }

  /** One that shows {@code identity}'s certificate. */
  public static Impostor showing(TlsIdentity identity) {
    try {
      SSLServerSocket listener =
          (SSLServerSocket)
              identity
                  .context()
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().name("impostor").start(() -> greetAll(listener));
      return new Impostor(listener);
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  private static void greetAll(SSLServerSocket listener) {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> greet(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void greet(Socket client) {
    try (client) {
      client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException unimpressed) {
      // The client saw through it.
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
