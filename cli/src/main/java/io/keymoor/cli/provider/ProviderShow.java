package io.keymoor.cli.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.kms.KmsReport;
import io.keymoor.cli.output.DisplayText;
import io.keymoor.cli.output.Facts;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor provider show}. */
@Command(
    name = "show",
    description = "Show a key provider: health, hosts, backup.",
    mixinStandardHelpOptions = true)
final class ProviderShow implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "PROVIDER", description = "The provider's name or UUID.")
  private String provider = "";

  ProviderShow(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode json = session.manager().provider(provider);
    Facts facts =
        new Facts()
            .add("Name", Fields.text(json, "provider"))
            .add("Former names", Fields.names(json, "former_names"))
            .add("UUID", Fields.text(json, "id"))
            .add("Type", Fields.state(json, "type"))
            .add("Health", Fields.state(json, "health"));
    (isStandard(json) ? kms(facts, json) : nativeFacts(facts, json))
        .add("Default", defaults(json))
        .add("TPM 2.0 required", tpm(json))
        .add("Created", Fields.instant(json, "created"))
        .add(
            "Used by",
            counted(Fields.count(json, "usage.vms"), "VM")
                + ", "
                + counted(Fields.count(json, "usage.hosts"), "host"));
    List<String> lines = new ArrayList<>(facts.lines());
    if (isStandard(json)) {
      lines.add("");
      lines.addAll(KmsReport.lines(json, session.terminal().style()));
    } else {
      Fields.list(json, "details")
          .forEach(detail -> lines.add("! " + DisplayText.shown(detail.asText())));
    }
    Table hosts = new Table("HOST", "STATE", "DETAIL");
    for (JsonNode host : Fields.list(json, "hosts")) {
      hosts.row(
          Fields.text(host, "host"), Fields.state(host, "state"), Fields.text(host, "detail"));
    }
    if (!hosts.isEmpty()) {
      lines.add("");
      lines.addAll(hosts.lines(session.terminal().style()));
    }
    session.print(json, lines);
  }

  static boolean isStandard(JsonNode provider) {
    return Fields.text(provider, "type").equals("STANDARD");
  }

  private static Facts nativeFacts(Facts facts, JsonNode json) {
    return facts
        .add("Backed up", backup(json))
        .add("Key check", Fields.text(json, "native_info.key_id"));
  }

  private static String tpm(JsonNode json) {
    if (isStandard(json)) {
      return "";
    }
    return Fields.flag(json, "constraints.tpm_required") ? "yes" : "no";
  }

  private static Facts kms(Facts facts, JsonNode json) {
    return facts
        .add("In the KMS", mode(json))
        .add("Servers tried", Fields.state(json, "standard_info.order").replace('_', ' '))
        .add("KMIP user", Fields.text(json, "standard_info.user"))
        .add("Own certificate", Fields.text(json, "standard_info.identity.fingerprint"))
        .add("  valid until", Fields.instant(json, "standard_info.identity.expiry"));
  }

  private static String mode(JsonNode json) {
    return Fields.text(json, "standard_info.mode").equals("WRAPPING_KEY")
        ? "one key that wraps the others"
            + (Fields.flag(json, "standard_info.wrap_in_kms") ? " there" : "")
            + rotation(json)
        : "a key for each object";
  }

  private static String rotation(JsonNode json) {
    String days = Fields.text(json, "standard_info.rotation_days");
    return days.isEmpty() ? "" : ", a new one every " + days + " days";
  }

  /** For what the provider is the default: the manager, clusters, or nothing. */
  static String defaults(JsonNode provider) {
    List<String> of = new ArrayList<>();
    if (Fields.flag(provider, "default")) {
      of.add("manager");
    }
    String clusters = Fields.names(provider, "default_for_clusters");
    if (!clusters.isEmpty()) {
      of.add("cluster " + clusters);
    }
    return String.join(", ", of);
  }

  private static String counted(String count, String thing) {
    return count + " " + thing + (count.equals("1") ? "" : "s");
  }

  private static String backup(JsonNode provider) {
    String at = Fields.instant(provider, "native_info.backed_up_at");
    return Fields.flag(provider, "native_info.backed_up")
        ? "yes" + (at.isEmpty() ? "" : ", " + at)
        : "no: it can't be used before";
  }
}
