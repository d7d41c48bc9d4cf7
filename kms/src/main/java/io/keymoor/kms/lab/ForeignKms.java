package io.keymoor.kms.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody else's KMS: Debian's python3-pykmip, in a process of its own, which ends with this one.
 * For trials and tests. It has a loopback address of its own, so that nobody takes the port that it
 * is told. Not thread-safe.
 */
public final class ForeignKms implements AutoCloseable {
  private static final String PYTHON = "/usr/bin/python3";
  private static final Path PACKAGE = Path.of("/usr/lib/python3/dist-packages/kmip");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /**
   * Its input is a pipe from this process, and ends when this one does, however it does. The server
   * has a child, which would outlive it; so both have a process group of their own. Python's own
   * input stream would be locked when that child is made.
   */
  private static final String SERVE =
      """
      import os, signal, sys, threading
      from kmip.services.server import KmipServer

      def end_with_whoever_started_it():
          os.read(0, 1)
          os.killpg(0, signal.SIGKILL)

      os.setpgid(0, 0)
      threading.Thread(target=end_with_whoever_started_it, daemon=True).start()
      with KmipServer(config_path=sys.argv[1], log_path=sys.argv[2]) as server:
          server.serve()
      """;

  private final Path directory;
  private final CertificateAuthority authority;
  private final InetSocketAddress address;
  private final Process process;

  private ForeignKms(Path directory, InetSocketAddress address) throws IOException {
    this.directory = directory;
    this.address = address;
    this.authority =
        CertificateAuthority.create("Foreign KMS", InstantSource.system(), new SecureRandom());
    this.process =
        new ProcessBuilder(PYTHON, "-c", SERVE, configuration().toString(), log().toString())
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
  }

  /** Why there can be none here; absent when there can. */
  public static Optional<String> unavailableReason() {
    return Files.isDirectory(PACKAGE)
        ? Optional.empty()
        : Optional.of("skipped: the Debian package python3-pykmip is not installed");
  }

  /**
   * Starts one with all it keeps in {@code directory}, which is made, and waits until it serves.
   */
  public static ForeignKms started(Path directory) {
    try {
      Files.createDirectories(directory.resolve("policy"));
      ForeignKms kms = new ForeignKms(directory, freeAddress());
      kms.awaitServing();
      return kms;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Path configuration() throws IOException {
    TlsIdentity server = authority.newServerIdentity("server", List.of(host(), "127.0.0.1"));
    write(authorityFile(), authority.certificate());
    write(directory.resolve("server.pem"), server.certificate());
    Pem.writePrivateKey(directory.resolve("server.key"), server.key());
    List<String> lines =
        List.of(
            "[server]",
            "hostname=" + host(),
            "port=" + address.getPort(),
            "certificate_path=" + directory.resolve("server.pem"),
            "key_path=" + directory.resolve("server.key"),
            "ca_path=" + authorityFile(),
            "policy_path=" + directory.resolve("policy"),
            "database_path=" + directory.resolve("objects.db"),
            "auth_suite=TLS1.2",
            "enable_tls_client_auth=True",
            "tls_cipher_suites=ECDHE-ECDSA-AES256-GCM-SHA384",
            "logging_level=INFO");
    return Files.write(directory.resolve("server.conf"), lines);
  }

  private static void write(Path file, X509Certificate certificate) {
    SealedFile.replace(file, Pem.certificate(certificate).getBytes(US_ASCII));
  }

  private void awaitServing() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        close();
        throw new IllegalStateException("PyKMIP's server does not serve: " + said());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private boolean accepts() {
    try (Socket probe = new Socket(address.getAddress(), address.getPort())) {
      return probe.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static InetSocketAddress freeAddress() throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] host = {
      127, (byte) random.nextInt(64, 128), (byte) random.nextInt(256), (byte) random.nextInt(1, 255)
    };
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(host))) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
  }

  private String host() {
    return address.getAddress().getHostAddress();
  }

  private Path output() {
    return directory.resolve("output.log");
  }

  private String said() {
    try {
      return Files.readString(output());
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** The log that it keeps of messages and operations. */
  public Path log() {
    return directory.resolve("server.log");
  }

  /** Where it serves, as {@code --kms} takes it. */
  public String name() {
    return host() + ":" + address.getPort();
  }

  /** Where it serves. */
  public InetSocketAddress address() {
    return address;
  }

  /** The certificate of its authority. */
  public X509Certificate authority() {
    return authority.certificate();
  }

  /** The file with the certificate of its authority, in PEM. */
  public Path authorityFile() {
    return directory.resolve("ca.pem");
  }

  /** Makes a key and a certificate for a client, which let it in. */
  public TlsIdentity newIdentity(String client) {
    return authority.newClientIdentity(client);
  }

  /** Signs a client's request, which lets it in; answers the file with its certificate. */
  public Path sign(String client, String request) {
    Path file = directory.resolve("client.pem");
    write(file, authority.issueClient(CertificateRequest.parse(request).publicKey(), client));
    return file;
  }

  /** Ends it with all its processes and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      process.destroyForcibly();
    }
  }
}
