package io.keymoor.kms.command;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.kms.node.NodeSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether the node serves. */
@Command(
    name = "status",
    description = "Say whether the node serves. Exit code 1 when it does not.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private final Output output;
  @Mixin private DirectoryOption directory = new DirectoryOption();

  StatusCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() throws InterruptedException {
    NodeSettings settings = directory.settings();
    Path file = settings.directory().resolve("server.pem");
    X509Certificate certificate = Pem.certificate(InputFile.text(file));
    output.out().println("Node " + settings.node() + " in " + settings.directory());
    output
        .out()
        .println(
            "Certificate "
                + CertificateAuthority.fingerprint(certificate)
                + ", until "
                + certificate.getNotAfter().toInstant());
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build()) {
      URI health =
          URI.create(
              "http://"
                  + settings.monitor().getHostString()
                  + ":"
                  + settings.monitor().getPort()
                  + "/health");
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString());
      boolean serves = answer.statusCode() == 200;
      output
          .out()
          .println(
              serves
                  ? "Serving KMIP on "
                      + settings.listen().getHostString()
                      + ":"
                      + settings.listen().getPort()
                      + "."
                  : "Not healthy: " + answer.body().strip());
      return serves ? 0 : 1;
    } catch (IOException silent) {
      output.out().println("Not running. Start it with: keymoor kms run --dir " + directory.path());
      return 1;
    }
  }
}
