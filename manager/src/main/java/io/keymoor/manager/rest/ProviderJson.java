package io.keymoor.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keymoor.manager.domain.ProviderBackups;
import io.keymoor.manager.domain.ProviderView;
import io.keymoor.manager.domain.Usage;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.catalog.ProviderUsage;
import java.util.List;
import java.util.Locale;

/** Providers as the API shows them. */
final class ProviderJson {
  private ProviderJson() {}

  static ObjectNode provider(ProviderView view) {
    ObjectNode json = entry(view.entry());
    if (view.entry().kind() instanceof ProviderEntry.Standard it) {
      view.kms().ifPresent(kms -> KmsJson.info(json.putObject("standard_info"), it.mode(), kms));
    }
    json.put("health", view.health().state().name());
    texts(json.putArray("details"), view.health().details());
    json.put("default", view.isDefault());
    texts(json.putArray("default_for_clusters"), view.defaultForClusters());
    hosts(json.putArray("hosts"), view.hosts());
    json.putObject("usage").put("vms", view.vms()).put("hosts", view.hostKeys());
    return json;
  }

  private static ObjectNode entry(ProviderEntry entry) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", entry.id().toString())
            .put("provider", entry.name().text());
    texts(
        json.putArray("former_names"),
        entry.formerNames().stream().map(ProviderName::text).toList());
    json.put("type", entry.type().name());
    json.putObject("constraints").put("tpm_required", entry.tpmRequired());
    if (entry.kind() instanceof ProviderEntry.Native it) {
      ObjectNode info =
          json.putObject("native_info")
              .put("key_id", it.keyCheck().hex())
              .put("backed_up", it.backedUp().isPresent());
      it.backedUp().ifPresent(when -> info.put("backed_up_at", when.toString()));
    }
    json.put("created", entry.created().toString());
    return json;
  }

  static ObjectNode usage(Usage usage) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode vms = json.putArray("vms");
    for (ProviderUsage.Use use : usage.vms()) {
      ObjectNode vm =
          vms.addObject()
              .put("id", use.object().toString())
              .put("name", use.name())
              .put("kind", use.kind().name().toLowerCase(Locale.ROOT))
              .put(
                  "key_id",
                  String.join(", ", use.keyIds().stream().map(KeyId::text).sorted().toList()));
      texts(vm.putArray("parts"), use.parts());
    }
    ArrayNode hosts = json.putArray("hosts");
    for (Host host : usage.hosts()) {
      hosts
          .addObject()
          .put("id", host.id().toString())
          .put("name", host.name())
          .put("key_id", host.condition().hostKeyId().orElse(""));
    }
    return json;
  }

  static ObjectNode restored(ProviderBackups.Restored done, boolean dryRun) {
    ObjectNode json = entry(done.plan().entry());
    json.put("export_time", done.exported().toString());
    json.put("dry_run", dryRun);
    json.put(
        "effect",
        switch (done.plan().effect()) {
          case CREATED -> "create";
          case UNCHANGED -> "unchanged";
        });
    texts(json.putArray("unlocks_vms"), done.unlocks());
    return json;
  }

  static void hosts(ArrayNode list, List<ProviderHealth.OnHost> hosts) {
    for (ProviderHealth.OnHost host : hosts) {
      list.addObject()
          .put("host", host.host())
          .put("state", host.presence().name())
          .put("detail", host.detail());
    }
  }

  static void texts(ArrayNode list, List<String> texts) {
    texts.forEach(list::add);
  }
}
