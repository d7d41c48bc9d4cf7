package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.ttlv.Ttlv;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What stands in a KMS under a provider's tag, whatever anybody remembers. Thread-safe. */
final class KmsInventory {
  /** Locates that a KMS which gives few ids at once is asked, at most. */
  private static final int PAGES = 1000;

  private final UUID provider;
  private final KmsCluster cluster;

  KmsInventory(UUID provider, KmsCluster cluster) {
    this.provider = provider;
    this.cluster = cluster;
  }

  /**
   * All keys under the provider's tag, and how these others stand that somebody knows of; a key
   * that is in neither is not in the KMS, for certain.
   *
   * @throws ProviderException.KmsNotUsable when there was no answer
   */
  StandingKeys look(Collection<KeyId> known) {
    Set<KeyId> ids = new LinkedHashSet<>();
    String unsearched = locate(ids);
    ids.addAll(known);
    return new StandingKeys(stand(ids), unsearched);
  }

  /** How these stand; as {@link #look} without a search. */
  StandingKeys stand(Collection<KeyId> ids) {
    return new StandingKeys(stand(new LinkedHashSet<>(ids)), "");
  }

  /** Adds what is located; answers why it could not be. */
  private String locate(Set<KeyId> ids) {
    for (int page = 0; page < PAGES; page++) {
      Answer answer = cluster.everywhere(page(ids.size()));
      if (!(answer instanceof Answer.Done done)
          || !(done.payload() instanceof Locate.Result result)) {
        // The first question is in every version; one that asks for more is not.
        return page == 0 ? answer.sentence() : "";
      }
      int before = ids.size();
      result.uniqueIdentifiers().stream().map(KeyId::new).forEach(ids::add);
      if (ids.size() == before || result.locatedItems().filter(all -> all > ids.size()).isEmpty()) {
        return "";
      }
    }
    return "";
  }

  private Locate page(int offset) {
    Locate all = Locate.of(Tags.provider(provider));
    return new Locate(
        all.maximumItems(),
        offset == 0 ? Optional.empty() : Optional.of(offset),
        all.storageStatus(),
        all.objectGroupMember(),
        all.attributes());
  }

  private List<StandingKey> stand(Set<KeyId> ids) {
    List<KeyId> asked = List.copyOf(ids);
    List<Answer> answers =
        cluster.all(asked.stream().map(id -> GetAttributes.of(id.text())).toList());
    List<StandingKey> standing = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      KeyId id = asked.get(i);
      Answer answer = answers.get(i);
      if (answer instanceof Answer.Refused refused && refused.isUnknownObject()) {
        // Another server may have it already.
        answer = cluster.everywhere(GetAttributes.of(id.text()));
      }
      switch (answer) {
        case Answer.Done done ->
            standing.add(standing(id, ((GetAttributes.Result) done.payload()).attributes()));
        case Answer.Refused refused when refused.isUnknownObject() -> {}
        case Answer.Refused _ -> standing.add(standing(id, Attributes.NONE));
        case Answer.Lost lost -> throw unsearchable(lost.sentence());
        case Answer.Unreachable away -> throw unsearchable(away.sentence());
      }
    }
    return standing;
  }

  private static ProviderException unsearchable(String why) {
    return new ProviderException.KmsNotUsable(
        "The KMS can't be looked into: " + why + ". Nothing was changed.");
  }

  private StandingKey standing(KeyId id, Attributes attributes) {
    return new StandingKey(
        id,
        attributes.first(AttributeTypes.STATE).map(Object::toString),
        text(attributes, Tags.MARK).flatMap(KmsInventory::uuid),
        text(attributes, Tags.OBJECT_NAME),
        attributes.first(AttributeTypes.INITIAL_DATE),
        text(attributes, Tags.PROVIDER)
            .flatMap(KmsInventory::uuid)
            .filter(provider::equals)
            .isPresent());
  }

  private static Optional<String> text(Attributes attributes, String name) {
    return attributes
        .first(AttributeType.custom(name))
        .flatMap(value ->
            value instanceof Ttlv.Text text ? Optional.of(text.value()) : Optional.empty());
  }

  /** Somebody else may have written anything there. */
  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }
}
