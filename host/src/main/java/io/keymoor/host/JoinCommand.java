package io.keymoor.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.host.config.ConfigurationException.InUse;
import io.keymoor.host.config.ConfigurationException.JoinRefused;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.dump.DumpKey;
import io.keymoor.host.link.Joining;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.EnrolmentRequest;
import io.keymoor.protocol.JoinToken;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code keymoor host join}. May be repeated after any interruption, with the same token until that
 * expires: the keys that were made are kept.
 */
@Command(
    name = "join",
    description =
        "Join a manager with a token that keymoor host token create made there; also for another certificate, or another manager. Without a token option the token is asked for or read from standard input.",
    mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
  private static final int USUAL_PORT = 8443;
  private static final int MOST_TOKEN = 1024;

  private final PrintStream out;
  private final InputStream in;
  private final InstantSource clock;

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HostMain.LauncherOptions launcher = new HostMain.LauncherOptions();

  @Parameters(
      paramLabel = "MANAGER",
      description = "Where it is: https://NAME[:PORT]; port 8443 unless said otherwise.")
  private String manager = "";

  @Mixin private DirectoryOption host = new DirectoryOption();

  @Option(names = "--name", paramLabel = "NAME", description = "Its name; otherwise the system's.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--libvirt",
      paramLabel = "URI",
      defaultValue = "qemu:///system",
      description = "Its libvirt; otherwise ${DEFAULT-VALUE}.")
  private String libvirt = "";

  @Option(
      names = "--fingerprint",
      paramLabel = "sha256:HEX",
      description = "What the fingerprint of the manager's CA must be, beside what the token says.")
  private Optional<String> fingerprint = Optional.empty();

  @ArgGroup(exclusive = true)
  private Source source = new Source();

  @Mixin private SealOptions seal = new SealOptions();

  /** At most one of the two. */
  static final class Source {
    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description = "Read the token from this file.")
    private Optional<Path> file = Optional.empty();

    @Option(
        names = "--token",
        paramLabel = "TOKEN",
        description =
            "The token itself. Other users of this machine see it until the command ends; it works once.")
    private Optional<String> text = Optional.empty();
  }

  JoinCommand(PrintStream out, InputStream in, InstantSource clock) {
    this.out = out;
    this.in = in;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    URI address = address();
    JoinToken token = token();
    requireFingerprint(token);
    HostDirectory directory = host.directory();
    SecureRandom random = new SecureRandom();
    EnrolmentRequest request =
        Enrolment.request(directory, name, JoinCommand::systemName, libvirt, random);
    EnrolmentGrant grant = new Joining(clock).join(address, token, request);
    Enrolment.accept(directory, grant, random);
    makeDumpKey(directory, grant, random);
    sealWhereThereIsATpm(directory);
    out.println(
        "Host \""
            + request.name()
            + "\" joined the manager at "
            + grant.managerUrl()
            + ". Start its agent, or start it anew: systemctl restart keymoor-host, or keymoor host"
            + " run --dir "
            + directory.path());
    return 0;
  }

  /** One that is there under a host key stays; its agent sees to it. */
  private static void makeDumpKey(
      HostDirectory directory, EnrolmentGrant grant, SecureRandom random) {
    try (HostConfiguration configuration = HostConfiguration.open(directory, random)) {
      new DumpKey(directory, configuration, grant.hostId(), random).keep(Optional.empty());
    }
  }

  /** Before it has any key of a provider. */
  private void sealWhereThereIsATpm(HostDirectory directory) {
    if (seal.keyFile() || directory.tpmSeal().exists() || !seal.tpm().isPresent()) {
      return;
    }
    try {
      SealCommand.underTpm(directory, seal, out);
    } catch (InUse agentRuns) {
      out.println(
          "The configuration is sealed under a key file, and this host has a TPM 2.0: stop the agent"
              + " and run keymoor host seal.");
    }
  }

  private URI address() {
    try {
      URI given = new URI(manager.strip());
      if ("https".equals(given.getScheme())
          && given.getHost() != null
          && (given.getPath().isEmpty() || given.getPath().equals("/"))) {
        int port = given.getPort() < 0 ? USUAL_PORT : given.getPort();
        return new URI("https", null, given.getHost(), port, "/", null, null);
      }
    } catch (URISyntaxException malformed) {
      // As one that is no https address.
    }
    throw new JoinRefused(
        "manager_address_invalid",
        "The manager's address looks like https://manager.example.org:8443 . Nothing was changed."
            + " Use the one that keymoor host token create showed.");
  }

  private JoinToken token() {
    try {
      return JoinToken.parse(tokenText());
    } catch (IllegalArgumentException malformed) {
      throw new JoinRefused(
          "join_token_malformed",
          "This is no join token: "
              + malformed.getMessage()
              + ". Nothing was changed. Copy it whole from keymoor host token create.");
    }
  }

  private String tokenText() {
    try {
      if (source.text.isPresent()) {
        return source.text.get();
      }
      if (source.file.isPresent()) {
        try (InputStream file = Files.newInputStream(source.file.get())) {
          return line(file);
        }
      }
      Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
      if (console.isPresent()) {
        char[] typed = console.get().readPassword("Join token: ");
        return typed == null ? "" : new String(typed);
      }
      return line(in);
    } catch (IOException unreadable) {
      throw new JoinRefused(
          "join_token_unreadable",
          "The token can't be read: "
              + unreadable.getClass().getSimpleName()
              + source.file.map(file -> " " + file).orElse("")
              + ". Nothing was changed.");
    }
  }

  private static String line(InputStream stream) throws IOException {
    return new String(stream.readNBytes(MOST_TOKEN), US_ASCII).strip();
  }

  private void requireFingerprint(JoinToken token) {
    if (fingerprint.isPresent() && !plain(fingerprint.get()).equals(plain(token.authority()))) {
      throw new JoinRefused(
          "manager_fingerprint_wrong",
          "The token is of the manager with the fingerprint "
              + token.authority()
              + ", not of the one with "
              + fingerprint.get()
              + ". The token was not sent; nothing was changed. Find out which of the two is the"
              + " manager's: keymoor host token create shows it.");
    }
  }

  private static String plain(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return (lower.startsWith("sha256:") ? lower.substring("sha256:".length()) : lower)
        .replace(":", "");
  }

  private static String systemName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException unreadable) {
      return "";
    }
  }
}
