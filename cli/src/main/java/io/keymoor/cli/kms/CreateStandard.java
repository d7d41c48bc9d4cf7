package io.keymoor.cli.kms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.PasswordOptions;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.command.WrongUsage;
import io.keymoor.cli.output.DisplayText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider create standard}. */
@Command(
    name = "standard",
    description =
        "Create a standard key provider: its keys are in a KMS that speaks KMIP. The servers are looked at before anything is made.",
    mixinStandardHelpOptions = true)
final class CreateStandard implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "A new name, 1 to 80 characters.")
  private String name = "";

  @Option(
      names = "--kms",
      paramLabel = "HOST[:PORT]",
      description = "A server of the KMS; port 5696 otherwise. Several share their keys.")
  private List<String> servers = new ArrayList<>();

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = "Which server a request goes to first: round_robin, weighted or latency.")
  private Optional<String> order = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long a request may take, all attempts together; 30 otherwise.")
  private Optional<Integer> timeout = Optional.empty();

  @Option(
      names = "--fingerprint",
      paramLabel = "SHA256",
      description = "Trust the server that shows a certificate with this fingerprint.")
  private List<String> fingerprints = new ArrayList<>();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the authorities whose certificates are in this PEM file.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--username",
      paramLabel = "USER",
      description = "A KMIP user, where the KMS wants one beside the certificate.")
  private Optional<String> user = Optional.empty();

  @Mixin private PasswordOptions passwords = new PasswordOptions();

  @Option(
      names = "--wrapping-key",
      description =
          "Have one key in the KMS that wraps the others, instead of a key for each object. It can't be changed later.")
  private boolean wrappingKey;

  @Option(
      names = "--wrap-in-kms",
      description =
          "With --wrapping-key: the KMS wraps, with a key that never leaves it. Needs KMIP 1.4 and AES-GCM there.")
  private boolean wrapInKms;

  @Option(
      names = "--rotate-every",
      paramLabel = "DAYS",
      description = "With --wrapping-key: make a new one after so many days, such as 30d.")
  private Optional<String> rotateEvery = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "Make it as keymoor provider descriptor wrote it down, with its UUID.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--id",
      paramLabel = "UUID",
      description = "The UUID it had before it was deleted, or has on another manager.")
  private Optional<String> id = Optional.empty();

  CreateStandard(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    Optional<Password> password =
        user.map(_ -> passwords.read(session.terminal(), "Password of the KMIP user"));
    try {
      JsonNode made = session.manager().kms().create(name, spec());
      user.ifPresent(
          who -> session.manager().kms().login(name, who, password.orElseGet(Password::none)));
      boolean told = ca.isPresent() || from.isPresent() || !fingerprints.isEmpty();
      int open = told ? 0 : Confirmation.ask(session, name);
      session.print(
          made,
          next(Fields.text(made, "provider"), open).stream().map(DisplayText::shown).toList());
    } finally {
      password.ifPresent(Password::close);
    }
  }

  private ObjectNode spec() {
    ObjectNode spec = from.map(Descriptor::read).orElseGet(JsonNodeFactory.instance::objectNode);
    id.ifPresent(it -> spec.put("id", it));
    if (servers.isEmpty() && from.isEmpty()) {
      throw new WrongUsage("Missing required option: '--kms=HOST[:PORT]'");
    }
    if (!servers.isEmpty()) {
      ArrayNode list = spec.putArray("servers");
      servers.forEach(place -> list.add(options.server(place)));
    }
    if (wrappingKey) {
      spec.put("mode", "WRAPPING_KEY");
      if (wrapInKms) {
        spec.put("wrap_in_kms", true);
      }
      rotateEvery.ifPresent(it -> spec.put("rotation_days", days(it)));
    } else if (wrapInKms) {
      throw new WrongUsage("--wrap-in-kms goes with --wrapping-key only");
    } else if (rotateEvery.isPresent()) {
      throw new WrongUsage("--rotate-every goes with --wrapping-key only");
    }
    order.ifPresent(it -> spec.put("order", it));
    timeout.ifPresent(it -> spec.put("timeout_seconds", it));
    ArrayNode trusted = spec.putArray("trusted_fingerprints");
    fingerprints.forEach(trusted::add);
    ca.ifPresent(file -> spec.put("trusted_pem", PemFile.read(file)));
    return spec.put("even_unreachable", options.evenUnreachable());
  }

  private static int days(String text) {
    String number = text.endsWith("d") ? text.substring(0, text.length() - 1) : text;
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException none) {
      throw new WrongUsage("--rotate-every takes a number of days, such as 30d");
    }
  }

  private static List<String> next(String provider, int open) {
    List<String> lines = new ArrayList<>();
    lines.add("Standard key provider " + provider + " created.");
    if (open > 0) {
      lines.add("Confirm its servers:        keymoor provider kms trust " + provider);
    }
    lines.add(
        "Have the KMS know this manager by its certificate: keymoor provider identity show "
            + provider
            + " --file manager.pem, and enter that there;");
    lines.add(
        "or have the KMS's authority sign one: keymoor provider identity request " + provider);
    lines.add("Then see whether it works:  keymoor provider check " + provider);
    return lines;
  }
}
