package io.keymoor.systemtests.kms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import org.awaitility.Awaitility;

/** Somebody else's KMS: Debian's python3-pykmip, in a process of its own. */
public final class ForeignKms implements AutoCloseable {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path PACKAGE = Path.of("/usr/lib/python3/dist-packages/kmip");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SERVE =
      """
      import sys
      from kmip.services.server import KmipServer
      with KmipServer(config_path=sys.argv[1], log_path=sys.argv[2]) as server:
          server.serve()
      """;

  private final Path directory;
  private final CertificateAuthority authority;
  private final int port;
  private final ChildProcess process;

  private ForeignKms(Path directory, CertificateAuthority authority, int port) {
    this.directory = directory;
    this.authority = authority;
    this.port = port;
    this.process =
        ChildProcess.start(
            Program.at(PYTHON, "-c", SERVE)
                .with(configuration().toString(), directory.resolve("server.log").toString()),
            directory.resolve("output.log"));
  }

  /** Why there can be none here; absent when there can. */
  public static Optional<String> unavailableReason() {
    return Files.isDirectory(PACKAGE)
        ? Optional.empty()
        : Optional.of("skipped: the Debian package python3-pykmip is not installed");
  }

  /** Starts one with all it keeps in {@code directory}, which is made. */
  public static ForeignKms started(Path directory) {
    CertificateAuthority authority =
        CertificateAuthority.create("Foreign KMS", InstantSource.system(), new SecureRandom());
    try {
      Files.createDirectories(directory.resolve("policy"));
      ForeignKms kms = new ForeignKms(directory, authority, freePort());
      kms.awaitServing();
      return kms;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Path configuration() {
    write("ca.pem", authority.certificate());
    TlsIdentity server = authority.newServerIdentity("server", List.of("127.0.0.1"));
    write("server.pem", server.certificate());
    try (SecretBytes key = Pem.privateKey(server.key())) {
      ClearBytes.use(key, clear -> SealedFile.replace(directory.resolve("server.key"), clear));
    }
    List<String> lines =
        List.of(
            "[server]",
            "hostname=127.0.0.1",
            "port=" + port,
            "certificate_path=" + directory.resolve("server.pem"),
            "key_path=" + directory.resolve("server.key"),
            "ca_path=" + directory.resolve("ca.pem"),
            "policy_path=" + directory.resolve("policy"),
            "database_path=" + directory.resolve("objects.db"),
            "auth_suite=TLS1.2",
            "enable_tls_client_auth=True",
            "tls_cipher_suites=ECDHE-ECDSA-AES256-GCM-SHA384",
            "logging_level=INFO");
    try {
      return Files.write(directory.resolve("server.conf"), lines);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void write(String name, X509Certificate certificate) {
    SealedFile.replace(directory.resolve(name), Pem.certificate(certificate).getBytes(US_ASCII));
  }

  private void awaitServing() {
    Awaitility.await().atMost(PATIENCE).until(() -> !process.isAlive() || accepts());
    if (!process.isAlive()) {
      throw new IllegalStateException("PyKMIP's server ended: " + process.logTail());
    }
  }

  private boolean accepts() {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where it serves, as {@code --kms} takes it. */
  public String name() {
    return "127.0.0.1:" + port;
  }

  /** The file with the certificate of its authority. */
  public Path authorityFile() {
    return directory.resolve("ca.pem");
  }

  /** Signs a client's request, which lets it in; answers the file with its certificate. */
  public Path sign(String client, String request) {
    X509Certificate certificate =
        authority.issueClient(CertificateRequest.parse(request).publicKey(), client);
    write("client.pem", certificate);
    return directory.resolve("client.pem");
  }

  @Override
  public void close() {
    process.close();
  }
}
