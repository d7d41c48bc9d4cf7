package io.keymoor.disk.luks2;

import io.keymoor.disk.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Metadata with a keyslot more, or some less; what it is not about stays, known or not. */
final class KeyslotEdit {
  private static final String KEYSLOTS = "keyslots";

  private KeyslotEdit() {}

  static Json.Members added(Luks2Header header, int number, NewKeyslot slot) {
    String id = Integer.toString(number);
    String digest = header.metadata().digest().id();
    Json.Members root = changed(header.root(), KEYSLOTS, slots -> with(slots, id, slot.json()));
    root =
        changed(
            root,
            "digests",
            digests -> changed(digests, digest, one -> with(one, KEYSLOTS, plus(one, id))));
    return slot.ours()
        ? changed(root, "tokens", tokens -> with(tokens, free(tokens), NewKeyslot.token(number)))
        : root;
  }

  /** A token of a keyslot that is gone would be offered for one that takes its number. */
  static Json.Members removed(Luks2Header header, List<String> ids) {
    Json.Members root = changed(header.root(), KEYSLOTS, slots -> without(slots, ids));
    root = changed(root, "digests", digests -> eachWithout(digests, ids));
    return changed(root, "tokens", tokens -> withoutOrphans(tokens, ids));
  }

  private static Json.Members withoutOrphans(Json.Members tokens, List<String> ids) {
    List<String> orphans =
        tokens.members().entrySet().stream()
            .filter(token ->
                slotsOf(token.getValue())
                    .map(slots -> !slots.isEmpty() && ids.containsAll(slots))
                    .orElse(false))
            .map(Map.Entry::getKey)
            .toList();
    return eachWithout(without(tokens, orphans), ids);
  }

  private static Optional<List<Json>> slots(Json owner) {
    return owner instanceof Json.Members members
            && members.members().get(KEYSLOTS) instanceof Json.Items items
        ? Optional.of(items.items())
        : Optional.empty();
  }

  private static Optional<List<String>> slotsOf(Json owner) {
    return slots(owner)
        .map(items ->
            items.stream().map(item -> item instanceof Json.Text text ? text.text() : "").toList());
  }

  private static Json plus(Json.Members digest, String id) {
    List<String> present = slotsOf(digest).orElse(List.of());
    return Json.texts(
        IntStream.rangeClosed(0, present.size())
            .mapToObj(i -> i < present.size() ? present.get(i) : id)
            .toList());
  }

  private static Json.Members eachWithout(Json.Members owners, List<String> ids) {
    Map<String, Json> rest = new LinkedHashMap<>(owners.members());
    rest.replaceAll((name, owner) ->
        slotsOf(owner).isPresent() && owner instanceof Json.Members members
            ? with(
                members,
                KEYSLOTS,
                Json.texts(
                    slotsOf(owner).get().stream().filter(slot -> !ids.contains(slot)).toList()))
            : owner);
    return new Json.Members(rest);
  }

  private static String free(Json.Members numbered) {
    int number = 0;
    while (numbered.members().containsKey(Integer.toString(number))) {
      number++;
    }
    return Integer.toString(number);
  }

  private static Json.Members changed(
      Json.Members owner, String name, UnaryOperator<Json.Members> change) {
    return with(
        owner,
        name,
        change.apply(
            owner.members().get(name) instanceof Json.Members members
                ? members
                : new Json.Members(Map.of())));
  }

  private static Json.Members with(Json.Members owner, String name, Json value) {
    Map<String, Json> members = new LinkedHashMap<>(owner.members());
    members.put(name, value);
    return new Json.Members(members);
  }

  private static Json.Members without(Json.Members owner, List<String> names) {
    Map<String, Json> members = new LinkedHashMap<>(owner.members());
    members.keySet().removeAll(names);
    return new Json.Members(members);
  }
}
