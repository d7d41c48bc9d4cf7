package io.keymoor.cli.kms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.PasswordOptions;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Facts;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider identity}. */
@Command(
    name = "identity",
    description = "Who this manager is to a KMS: its certificate, and a KMIP user.",
    mixinStandardHelpOptions = true)
final class IdentityCommands {
  private final Session session;

  private IdentityCommands(Session session) {
    this.session = session;
  }

  static CommandLine tree(Session session) {
    return new CommandLine(new IdentityCommands(session));
  }

  @Command(
      name = "show",
      description = "Show the certificate, and write it to a file for the KMS's administrator.",
      mixinStandardHelpOptions = true)
  void show(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(names = "--file", paramLabel = "FILE", description = "Where to write the PEM.")
          Optional<Path> file) {
    JsonNode identity = session.manager().kms().identity(provider);
    file.ifPresent(it -> write(it, Fields.text(identity, "certificate_pem")));
    print(identity);
  }

  @Command(
      name = "generate",
      description =
          "Make a new key and certificate; the KMS must be given it before anything works again.",
      mixinStandardHelpOptions = true)
  void generate(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(names = "--file", paramLabel = "FILE", description = "Where to write the PEM.")
          Optional<Path> file) {
    file.ifPresent(NewFile::requireFree);
    JsonNode identity = session.manager().kms().generateIdentity(provider);
    file.ifPresent(it -> write(it, Fields.text(identity, "certificate_pem")));
    print(identity);
  }

  @Command(
      name = "request",
      description =
          "Make a new key and a request for the KMS's authority to sign; the present certificate stays in use.",
      mixinStandardHelpOptions = true)
  void request(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(
              names = "--file",
              paramLabel = "FILE",
              required = true,
              description = "Where to write the request.")
          Path file) {
    NewFile.requireFree(file);
    JsonNode identity = session.manager().kms().requestIdentity(provider);
    write(file, Fields.text(identity, "request_pem"));
    session.done(
        identity,
        "Request written to "
            + file
            + ". When it is signed: keymoor provider identity signed "
            + provider
            + " --certificate FILE");
  }

  @Command(
      name = "signed",
      description = "Take the certificate that was signed for the request.",
      mixinStandardHelpOptions = true)
  void signed(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(
              names = "--certificate",
              paramLabel = "FILE",
              required = true,
              description = "PEM file; the manager's own certificate first.")
          Path certificate) {
    print(session.manager().kms().signedIdentity(provider, PemFile.read(certificate)));
  }

  @Command(
      name = "upload",
      description = "Take a certificate and its private key that were made elsewhere.",
      mixinStandardHelpOptions = true)
  void upload(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(
              names = "--certificate",
              paramLabel = "FILE",
              required = true,
              description = "PEM file; the manager's own certificate first.")
          Path certificate,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              required = true,
              description = "PEM file with the private key (PKCS#8, RSA or EC, not encrypted).")
          Path key) {
    try (Password secret = PemFile.secret(key)) {
      print(session.manager().kms().uploadIdentity(provider, PemFile.read(certificate), secret));
    }
  }

  @Command(
      name = "login",
      description = "Set the KMIP user and password, or take them away.",
      mixinStandardHelpOptions = true)
  void login(
      @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
          String provider,
      @Option(
              names = "--username",
              paramLabel = "USER",
              description = "The user; without it none is given any more.")
          Optional<String> user,
      @Mixin PasswordOptions passwords) {
    if (user.isEmpty()) {
      session.manager().kms().withoutLogin(provider);
      session.done("The KMS is given no user any more.");
      return;
    }
    try (Password password =
        passwords.read(session.terminal(), "Password of the KMIP user (empty for none)")) {
      session.manager().kms().login(provider, user.get(), password);
    }
    session.done("The KMS is given the user " + user.get() + ".");
  }

  private void print(JsonNode identity) {
    session.print(
        identity,
        new Facts()
            .add("Source", Fields.state(identity, "source"))
            .add("Subject", Fields.text(identity, "subject"))
            .add("Issuer", Fields.text(identity, "issuer"))
            .add("Valid until", Fields.instant(identity, "expiry"))
            .add("SHA-256", Fields.text(identity, "fingerprint"))
            .add("Request waiting", Fields.text(identity, "request_pem").isEmpty() ? "" : "yes"));
  }

  private static void write(Path file, String pem) {
    NewFile.requireFree(file);
    NewFile.write(file, pem.getBytes(US_ASCII));
  }
}
