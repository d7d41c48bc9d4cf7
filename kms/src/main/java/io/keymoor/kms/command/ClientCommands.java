package io.keymoor.kms.command;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.NodeException;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.node.Registration;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.policy.GroupPermission;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor kms client ...}. */
final class ClientCommands {
  private ClientCommands() {}

  /** The group itself. */
  @Command(
      name = "client",
      description = "Who may connect.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  static final class Group {}

  /** Lets a client in. */
  @Command(
      name = "add",
      description = "Let a client in, or another certificate of one.",
      mixinStandardHelpOptions = true)
  static final class Add implements Callable<Integer> {
    private final Output output;
    private final InstantSource clock;
    @Mixin private DirectoryOption directory = new DirectoryOption();

    @Parameters(paramLabel = "NAME", description = "The client's name; objects are owned by it.")
    private String name = "";

    @Option(
        names = "--group",
        paramLabel = "GROUP",
        description = "Members of a group may use one another's keys.")
    private Optional<String> group = Optional.empty();

    @Option(
        names = "--administrator",
        description = "May see and end everybody's objects, and never gets a key.")
    private boolean administrator;

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "Also demand this KMIP password, with the client's name as user name.")
    private Optional<Path> password = Optional.empty();

    @ArgGroup(exclusive = true)
    private Proof proof = new Proof();

    /** How the client proves itself; by a key made here when nothing is said. */
    static final class Proof {
      @Option(
          names = "--certificate",
          paramLabel = "FILE",
          description = "A certificate the client has, in PEM.")
      private Optional<Path> certificate = Optional.empty();

      @Option(
          names = "--csr",
          paramLabel = "FILE",
          description = "A certification request of the client's, in PEM, to be signed.")
      private Optional<Path> request = Optional.empty();
    }

    @Option(
        names = "--out",
        paramLabel = "DIR",
        defaultValue = ".",
        description = "Where a new key and certificate are put.")
    private Path out = Path.of(".");

    Add(Output output, InstantSource clock) {
      this.output = output;
      this.clock = clock;
    }

    @Override
    public Integer call() {
      if (!Client.isName(name) || !group.map(Client::isName).orElse(true)) {
        throw new NodeException(
            "Names of clients and groups have up to 64 letters, digits, dots, dashes or"
                + " underscores.");
      }
      NodeSettings settings = directory.settings();
      SecureRandom random = new SecureRandom();
      Client client = new Client(name, group, administrator);
      Optional<SecretBytes> secret = password.map(InputFile::secretLine);
      try (OpenStore store = OpenStore.toAdminister(settings, random);
          Keys keys =
              Keys.open(new KeyTable(store.database()), settings.rootKey(), clock, random)) {
        Registration registration =
            new Registration(new Clients(store.database()), keys.authority(), random);
        register(registration, client, secret);
      } finally {
        secret.ifPresent(SecretBytes::close);
      }
      return 0;
    }

    private void register(Registration registration, Client client, Optional<SecretBytes> secret) {
      if (proof.certificate.isPresent()) {
        X509Certificate certificate = Pem.certificate(InputFile.text(proof.certificate.get()));
        registration.certificate(client, certificate, secret, clock.instant());
        say(certificate);
      } else if (proof.request.isPresent()) {
        X509Certificate certificate =
            registration.request(
                client, InputFile.text(proof.request.get()), secret, clock.instant());
        Path file = out.resolve(name + ".pem");
        SealedFile.replace(file, Pem.certificate(certificate).getBytes(US_ASCII));
        say(certificate);
        output.out().println("Its certificate is in " + file + ".");
      } else {
        TlsIdentity identity = registration.identity(client, secret, clock.instant());
        write(identity);
        say(identity.certificate());
        output
            .out()
            .println(
                "Its key is in "
                    + out.resolve(name + ".key")
                    + ", its certificate in "
                    + out.resolve(name + ".pem")
                    + ". Hand them over and delete the key here.");
      }
    }

    private void write(TlsIdentity identity) {
      SealedFile.replace(
          out.resolve(name + ".pem"), Pem.certificate(identity.certificate()).getBytes(US_ASCII));
      try (SecretBytes key = Pem.privateKey(identity.key())) {
        ClearBytes.use(key, clear -> SealedFile.replace(out.resolve(name + ".key"), clear));
      }
    }

    private void say(X509Certificate certificate) {
      output.out().println("The client " + name + " may connect.");
      output.out().println("Certificate SHA-256: " + CertificateAuthority.fingerprint(certificate));
    }
  }

  /** Lists clients. */
  @Command(name = "list", description = "Show who may connect.", mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    private final Output output;
    @Mixin private DirectoryOption directory = new DirectoryOption();

    Show(Output output) {
      this.output = output;
    }

    @Override
    public Integer call() {
      try (OpenStore store = OpenStore.toAdminister(directory.settings(), new SecureRandom())) {
        Clients clients = new Clients(store.database());
        Columns columns = new Columns("NAME", "GROUP", "ROLE", "PASSWORD", "CERTIFICATE ENDS");
        for (Clients.Entry entry : clients.all()) {
          Client client = entry.client();
          for (Clients.Certificate certificate : clients.certificates(client.name())) {
            columns.row(
                client.name(),
                client.group().orElse("-"),
                client.administrator() ? "administrator" : "client",
                entry.password().isPresent() ? "yes" : "no",
                certificate.notAfter().toString());
          }
        }
        columns.print(output.out(), "No client may connect yet.");
      }
      return 0;
    }
  }

  /** Locks a client out. */
  @Command(
      name = "remove",
      description = "Let a client in no more. Its objects stay.",
      mixinStandardHelpOptions = true)
  static final class Remove implements Callable<Integer> {
    private final Output output;
    @Mixin private DirectoryOption directory = new DirectoryOption();

    @Parameters(paramLabel = "NAME", description = "The client's name.")
    private String name = "";

    Remove(Output output) {
      this.output = output;
    }

    @Override
    public Integer call() {
      try (OpenStore store = OpenStore.toAdminister(directory.settings(), new SecureRandom())) {
        if (!new Clients(store.database()).remove(name)) {
          throw new NodeException("There is no client " + name + "; nothing was changed.");
        }
      }
      output
          .out()
          .println(
              "The client "
                  + name
                  + " gets no new connection. Its objects stay; add it again, or let"
                  + " an administrator end them.");
      return 0;
    }
  }

  /** Says what members of a group share. */
  @Command(
      name = "share",
      description = "Say what members of a group may do with one another's objects.",
      mixinStandardHelpOptions = true)
  static final class Share implements Callable<Integer> {
    private final Output output;
    @Mixin private DirectoryOption directory = new DirectoryOption();

    @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Parameters(index = "1", paramLabel = "WHAT", description = "none, read, use or manage.")
    private String what = "";

    Share(Output output) {
      this.output = output;
    }

    @Override
    public Integer call() {
      GroupPermission permission =
          GroupPermission.of(what)
              .orElseThrow(() ->
                  new NodeException(
                      "Members can share one of: "
                          + String.join(
                              ", ",
                              Arrays.stream(GroupPermission.values())
                                  .map(GroupPermission::text)
                                  .toList())
                          + "."));
      try (OpenStore store = OpenStore.toAdminister(directory.settings(), new SecureRandom())) {
        new Clients(store.database()).permit(group, permission);
      }
      output
          .out()
          .println("Members of " + group + " share their objects: " + permission.text() + ".");
      return 0;
    }
  }
}
