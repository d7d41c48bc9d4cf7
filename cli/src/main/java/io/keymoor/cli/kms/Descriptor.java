package io.keymoor.cli.kms;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.command.CommandFailed;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.NewFile;
import io.keymoor.cli.command.Session;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code keymoor provider descriptor}: what remakes a standard provider here or on another manager,
 * so that it keeps its UUID (R13). No secret is in it.
 *
 * <pre>
 *   {"format": "keymoor-standard-provider", "version": 1, "provider": NAME, "standard_spec": {…}}
 * </pre>
 *
 * where the specification is that of {@code POST /kms/providers}.
 */
@Command(
    name = "descriptor",
    description =
        "Write down what remakes a standard key provider with its UUID: servers and whom to trust, no secret.",
    mixinStandardHelpOptions = true)
final class Descriptor implements Runnable {
  private static final String FORMAT = "keymoor-standard-provider";
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Where to write it.")
  private Path file = Path.of("");

  Descriptor(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    NewFile.requireFree(file);
    JsonNode shown = session.manager().provider(provider);
    if (!Fields.text(shown, "type").equals("STANDARD")) {
      throw new CommandFailed(
          provider + " is no standard key provider. Back it up: keymoor provider backup");
    }
    ObjectNode whole = of(shown);
    try {
      NewFile.write(file, JSON.writeValueAsString(whole).getBytes(UTF_8));
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
    session.done(
        whole,
        "Descriptor of "
            + provider
            + " written to "
            + file
            + ". Make it again with: keymoor provider create standard "
            + provider
            + " --from "
            + file);
  }

  private static ObjectNode of(JsonNode shown) {
    JsonNode info = shown.path("standard_info");
    ObjectNode whole =
        JsonNodeFactory.instance
            .objectNode()
            .put("format", FORMAT)
            .put("version", 1)
            .put("provider", Fields.text(shown, "provider"));
    ObjectNode spec = whole.putObject("standard_spec").put("id", Fields.text(shown, "id"));
    for (String field :
        new String[] {
          "mode", "wrap_in_kms", "rotation_days", "order", "timeout_seconds", "trusted_pem"
        }) {
      if (info.has(field)) {
        spec.set(field, info.path(field));
      }
    }
    ArrayNode servers = spec.putArray("servers");
    for (JsonNode server : Fields.list(info, "servers")) {
      ObjectNode one = servers.addObject();
      for (String field :
          new String[] {"host", "port", "weight", "proxy", "connect_timeout_seconds"}) {
        if (server.has(field)) {
          one.set(field, server.path(field));
        }
      }
    }
    return whole;
  }

  /** The specification in a descriptor. */
  static ObjectNode read(Path file) {
    try {
      JsonNode whole = JSON.readTree(PemFile.text(file));
      if (whole.path("format").asText().equals(FORMAT)
          && whole.path("version").asInt() == 1
          && whole.path("standard_spec") instanceof ObjectNode spec) {
        return spec;
      }
    } catch (JsonProcessingException notJson) {
      // Said below.
    }
    throw new CommandFailed(
        file
            + " is no descriptor of a standard key provider that this software reads. Nothing was"
            + " done.");
  }
}
