package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host enrol-again}. */
@Command(
    name = "enrol-again",
    description =
        "Give a host a new certificate, with the request that keymoor host request wrote on it. It keeps its identity, its cluster and its VMs.",
    mixinStandardHelpOptions = true)
final class HostEnrolAgain implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "REQUEST", description = "The host's host-request.json.")
  private Path request = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The host's name or UUID here, where it is not the one in the request.")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description =
          "Where to write the grant; the host reads it as host-grant.json in its directory.")
  private Path out = Path.of("");

  @Option(
      names = "--reinstalled",
      description = "The host was installed anew and has lost its former keys.")
  private boolean reinstalled;

  HostEnrolAgain(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    NewFile.requireFree(out);
    ObjectNode json = EnrolmentRequestFile.read(request, "No host was enrolled.");
    String name = host.orElseGet(() -> json.path("name").asText());
    JsonNode grant = session.manager().enrolAgain(name, json.put("reinstalled", reinstalled));
    NewFile.write(out, grant.toString().getBytes(StandardCharsets.UTF_8));
    session.done(
        grant,
        "Host "
            + name
            + " has a new certificate; its grant is in "
            + out
            + ". Put it into the host's directory as host-grant.json and start its agent anew;"
            + " running VMs don't notice. Its former certificates open nothing any more.");
  }
}
