package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor host add}. */
@Command(
    name = "add",
    description = "Enrol a host with the request that keymoor host init wrote on it.",
    mixinStandardHelpOptions = true)
final class HostAdd implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "REQUEST", description = "The host's host-request.json.")
  private Path request = Path.of("");

  @Option(
      names = "--cluster",
      paramLabel = "CLUSTER",
      required = true,
      description = "The cluster it joins.")
  private String cluster = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description =
          "Where to write the grant; the host reads it as host-grant.json in its directory.")
  private Path out = Path.of("");

  HostAdd(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    NewFile.requireFree(out);
    JsonNode grant =
        session
            .manager()
            .addHost(cluster, EnrolmentRequestFile.read(request, "No host was added."));
    NewFile.write(out, grant.toString().getBytes(StandardCharsets.UTF_8));
    session.done(
        grant,
        "Host added to cluster "
            + cluster
            + "; its grant is in "
            + out
            + ". Put it into the host's directory as host-grant.json and start it: keymoor host run"
            + " --dir DIR");
  }
}
