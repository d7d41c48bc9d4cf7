package io.keymoor.manager.link;

import io.keymoor.manager.domain.delivery.HeldByHost;
import io.keymoor.manager.domain.delivery.KeyNews;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.MissingKeys;
import io.keymoor.protocol.SealedBytes;
import io.keymoor.protocol.SealedKeys;
import io.keymoor.provider.KeyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Translates what is said of KEKs between the link's messages and the domain's values. */
final class KeyMessages {
  private KeyMessages() {}

  static HeldByHost held(HeldKeys said) {
    return new HeldByHost(
        said.revision(), said.held(), said.missing(), said.listing().map(KeyMessages::keys));
  }

  private static Set<KeyName> keys(List<KeyNames> listing) {
    Set<KeyName> keys = new HashSet<>();
    for (KeyNames names : listing) {
      names.ids().forEach(id -> keys.add(new KeyName(names.provider(), new KeyId(id))));
    }
    return keys;
  }

  static KeyUpdate update(KeyNews news) {
    return new KeyUpdate(
        news.revision(),
        news.listing(),
        names(news.forgotten()),
        news.sealed().stream().map(KeyMessages::bundle).toList(),
        missing(news.missing()));
  }

  private static SealedKeys bundle(KeyNews.Bundle bundle) {
    return new SealedKeys(
        bundle.provider(),
        bundle.ids().stream().map(KeyId::text).toList(),
        new SealedBytes(bundle.sealed().bytes()));
  }

  static List<KeyNames> names(Collection<KeyName> keys) {
    Map<UUID, List<String>> ids = new HashMap<>();
    keys.forEach(
        key -> ids.computeIfAbsent(key.provider(), _ -> new ArrayList<>()).add(key.id().text()));
    return ids.entrySet().stream()
        .map(entry -> new KeyNames(entry.getKey(), entry.getValue()))
        .toList();
  }

  static List<MissingKeys> missing(Map<KeyName, String> missing) {
    record Why(UUID provider, String reason) {}
    Map<Why, List<String>> ids = new HashMap<>();
    missing.forEach((key, reason) ->
        ids.computeIfAbsent(new Why(key.provider(), reason), _ -> new ArrayList<>())
            .add(key.id().text()));
    return ids.entrySet().stream()
        .map(entry ->
            new MissingKeys(entry.getKey().provider(), entry.getKey().reason(), entry.getValue()))
        .toList();
  }
}
