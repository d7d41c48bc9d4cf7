package io.keymoor.cli.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.command.Fields;
import io.keymoor.cli.command.Session;
import io.keymoor.cli.output.Facts;
import io.keymoor.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor host show}. */
@Command(
    name = "show",
    description = "Show a host and the key providers it has.",
    mixinStandardHelpOptions = true)
final class HostShow implements Runnable {
  private final Session session;

  @Parameters(paramLabel = "HOST", description = "The host's name or UUID.")
  private String host = "";

  HostShow(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    JsonNode json = session.manager().host(host);
    List<String> lines =
        new ArrayList<>(
            new Facts()
                .add("Name", Fields.text(json, "name"))
                .add("UUID", Fields.text(json, "id"))
                .add("Cluster", cluster(json))
                .add("State", Fields.state(json, "state"))
                .add("Last seen", Fields.instant(json, "last_seen"))
                .add("Encryption mode", Fields.state(json, "encryption_mode"))
                .add("Because", Fields.text(json, "encryption_mode_detail"))
                .add("libvirt", Fields.text(json, "libvirt"))
                .add("QEMU", Fields.text(json, "qemu"))
                .add("Configuration", sealing(json))
                .add("TPM", Fields.state(json, "attestation"))
                .add("TPM's key", Fields.text(json, "endorsement_key"))
                .add("About it", Fields.text(json, "attestation_detail"))
                .add("Keys kept", kept(json))
                .add("Certificate until", Fields.instant(json, "certificate_expires"))
                .add("VMs", Fields.count(json, "vms"))
                .lines());
    Table providers = new Table("PROVIDER", "STATE", "DETAIL");
    for (JsonNode provider : Fields.list(json, "providers")) {
      String name = Fields.text(provider, "provider");
      providers.row(
          name.isEmpty() ? Fields.text(provider, "name") : name,
          Fields.state(provider, "state"),
          Fields.text(provider, "detail"));
    }
    if (!providers.isEmpty()) {
      lines.add("");
      lines.addAll(providers.lines(session.terminal().style()));
    }
    session.print(json, lines);
  }

  private static String sealing(JsonNode host) {
    return !host.has("tpm")
        ? ""
        : Fields.flag(host, "tpm") ? "sealed by its TPM 2.0" : "sealed under a key file";
  }

  private static String kept(JsonNode host) {
    return Fields.flag(host, "keeps_keys")
        ? "over restarts: who steals the whole host can start its VMs"
        : "";
  }

  static String cluster(JsonNode host) {
    String name = Fields.text(host, "cluster.name");
    return name.isEmpty() ? Fields.text(host, "cluster") : name;
  }
}
