package io.keymoor.cli.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WrongUsage;
import io.keymoor.cli.output.Facts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code keymoor host token create}. */
@Command(
    name = "create",
    description = "Make a token with which one host joins, once. It is shown now and never again.",
    mixinStandardHelpOptions = true)
final class HostTokenCreate implements Runnable {
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([mhd])");

  private final Session session;

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = "--reinstalled",
      description = "With --host: the host was installed anew and has lost its former keys.")
  private boolean reinstalled;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "For how long, such as 30m, 1h or 2d; seven days at most. (${DEFAULT-VALUE})")
  private String valid = "1h";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the token to this file, which only its owner can read, not here.")
  private Optional<Path> out = Optional.empty();

  /** One of the two. */
  static final class Target {
    @Option(
        names = "--cluster",
        paramLabel = "CLUSTER",
        description = "For a new host, into this cluster.")
    private Optional<String> cluster = Optional.empty();

    @Option(
        names = "--host",
        paramLabel = "HOST",
        description = "For a host that exists: it gets a new certificate, keeps keys and VMs.")
    private Optional<String> host = Optional.empty();
  }

  HostTokenCreate(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    if (reinstalled && target.host.isEmpty()) {
      throw new WrongUsage("--reinstalled goes with --host only.");
    }
    Duration validity = validity();
    out.ifPresent(NewFile::requireFree);
    JsonNode answer =
        session
            .manager()
            .createJoinToken(target.cluster, target.host, reinstalled, validity.toSeconds());
    String token = Fields.text(answer, "token");
    String join = "keymoor host join " + Fields.text(answer, "manager_url");
    if (out.isPresent()) {
      NewFile.write(out.get(), (token + "\n").getBytes(US_ASCII));
      ObjectNode without = answer.deepCopy();
      without.remove("token");
      session.done(
          without,
          "The token is in "
              + out.get()
              + ", valid until "
              + Fields.instant(answer, "expires")
              + ". Carry it to the host and run there: "
              + join
              + " --token-file FILE");
      return;
    }
    List<String> lines =
        new ArrayList<>(
            new Facts()
                .add("Token", token)
                .add("Valid until", Fields.instant(answer, "expires"))
                .add("Fingerprint", Fields.text(answer, "authority_fingerprint"))
                .lines());
    lines.add("On the host, as root: " + join + "   (it asks for the token)");
    session.print(answer, lines);
  }

  private Duration validity() {
    Matcher time = TIME.matcher(valid);
    if (!time.matches()) {
      throw new WrongUsage("--valid wants a time such as 30m, 1h or 2d, not " + valid + ".");
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
