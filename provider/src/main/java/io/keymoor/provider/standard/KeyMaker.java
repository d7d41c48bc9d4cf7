package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.AddAttribute;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kmip.vocabulary.UsageMask;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.standard.KeyLedger.Intent;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes keys in a KMS: Create AES-256 for encryption and decryption, with tags, then Activate.
 * Thread-safe.
 */
final class KeyMaker {
  private static final int BITS = 256;
  private static final int MASK = UsageMask.ENCRYPT | UsageMask.DECRYPT;

  private final UUID provider;
  private final KmsCluster cluster;
  private final KeyLedger ledger;
  private final JoinedMaking joined;

  /** The fullest description that the KMS takes; learnt from what it refuses. */
  private volatile Tags tags = Tags.CUSTOM;

  /** Whether keys that were made plain are described afterwards. */
  private volatile boolean describes = true;

  KeyMaker(UUID provider, KmsCluster cluster, KeyLedger ledger) {
    this.provider = provider;
    this.cluster = cluster;
    this.ledger = ledger;
    this.joined = new JoinedMaking(cluster);
  }

  /** What became of one intent. */
  sealed interface Made {
    /** An active key. */
    record Active(KeyId id) implements Made {}

    /** No key; asked again, it will be so until a person changes something where it is lasting. */
    record Refused(String reason, boolean lasting) implements Made {}

    /** A key that nobody can be sure of. */
    record Unknown(String reason) implements Made {}
  }

  /**
   * Makes a key for each intent; the results are in their order.
   *
   * @param bound what a key has to have, or it is not made
   */
  List<Made> make(List<Intent> intents, Attribute<?>... bound) {
    return make(intents, cluster::all, Map.of(), bound);
  }

  /**
   * Makes a key for each intent and fetches it; the results are in their order.
   *
   * @param inHand gets those active keys that came with their making, owned by the caller
   */
  List<Made> make(List<Intent> intents, Map<KeyId, SecretBytes> inHand) {
    return make(intents, creates -> joined.create(creates, inHand), inHand);
  }

  private List<Made> make(
      List<Intent> intents,
      Function<List<Create>, List<Answer>> creating,
      Map<KeyId, SecretBytes> inHand,
      Attribute<?>... bound) {
    ledger.asked(intents);
    List<Answer> answers = created(intents, creating, bound);
    Map<UUID, KeyId> made = new LinkedHashMap<>();
    List<UUID> refused = new ArrayList<>();
    for (int i = 0; i < intents.size(); i++) {
      switch (answers.get(i)) {
        case Answer.Done done ->
            made.put(
                intents.get(i).mark(),
                new KeyId(((Create.Result) done.payload()).uniqueIdentifier()));
        case Answer.Refused _, Answer.Unreachable _ -> refused.add(intents.get(i).mark());
        case Answer.Lost _ -> {}
      }
    }
    ledger.made(made);
    ledger.notMade(refused);
    describe(intents, made);
    Map<KeyId, Optional<String>> inactive =
        activate(made.values().stream().filter(id -> !inHand.containsKey(id)).toList());
    List<Made> results = new ArrayList<>();
    for (int i = 0; i < intents.size(); i++) {
      results.add(
          switch (answers.get(i)) {
            case Answer.Done done -> {
              KeyId id = new KeyId(((Create.Result) done.payload()).uniqueIdentifier());
              yield inactive
                  .getOrDefault(id, Optional.empty())
                  .<Made>map(reason -> new Made.Refused(reason, false))
                  .orElse(new Made.Active(id));
            }
            case Answer.Refused no -> new Made.Refused(no.sentence(), no.isForbidden());
            case Answer.Unreachable no -> new Made.Refused(no.sentence(), no.lasting());
            case Answer.Lost lost -> new Made.Unknown(lost.sentence());
          });
    }
    return results;
  }

  private List<Answer> created(
      List<Intent> intents, Function<List<Create>, List<Answer>> creating, Attribute<?>... bound) {
    Tags style = tags;
    List<Answer> answers = new ArrayList<>(creating.apply(creates(intents, style, bound)));
    while (style != Tags.NONE && answers.stream().anyMatch(KeyMaker::mayBeTooMuch)) {
      style = style.plainer();
      List<Integer> again = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        if (mayBeTooMuch(answers.get(i))) {
          again.add(i);
        }
      }
      List<Answer> plainer =
          cluster.all(creates(again.stream().map(intents::get).toList(), style, bound));
      boolean helped = plainer.stream().anyMatch(Answer.Done.class::isInstance);
      for (int i = 0; i < again.size(); i++) {
        answers.set(again.get(i), plainer.get(i));
      }
      if (helped) {
        tags = style;
      }
    }
    return answers;
  }

  /** A refused Create made nothing, so that a plainer one may follow. */
  private static boolean mayBeTooMuch(Answer answer) {
    return answer instanceof Answer.Refused refused && !refused.isForbidden();
  }

  private List<Create> creates(List<Intent> intents, Tags style, Attribute<?>... bound) {
    return intents.stream()
        .map(intent ->
            Create.symmetricKey(
                CryptographicAlgorithm.AES,
                BITS,
                MASK,
                Stream.concat(Stream.of(style.in(intent, provider)), Stream.of(bound))
                    .toArray(Attribute<?>[]::new)))
        .toList();
  }

  /** Best effort: a key without a description is as good a key. */
  private void describe(List<Intent> intents, Map<UUID, KeyId> made) {
    if (tags == Tags.CUSTOM || !describes || made.isEmpty()) {
      return;
    }
    List<Request<?>> additions = new ArrayList<>();
    for (Intent intent : intents) {
      Optional.ofNullable(made.get(intent.mark()))
          .ifPresent(id ->
              Tags.describing(intent.purpose(), provider)
                  .forEach(tag -> additions.add(new AddAttribute(ObjectId.of(id.text()), tag))));
    }
    boolean none = cluster.all(additions).stream().allMatch(Answer.Refused.class::isInstance);
    if (none) {
      describes = false;
    }
  }

  /**
   * Activates keys, those in the state before it; activating twice does no harm.
   *
   * @return why some of them are not active; the others are not in it
   */
  Map<KeyId, Optional<String>> activate(List<KeyId> ids) {
    List<Answer> answers =
        cluster.all(ids.stream().map(id -> new Activate(ObjectId.of(id.text()))).toList());
    Map<KeyId, Optional<String>> inactive = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      if (!(answers.get(i) instanceof Answer.Done)) {
        inactive.put(ids.get(i), whyInactive(ids.get(i), answers.get(i)));
      }
    }
    inactive.values().removeIf(Optional::isEmpty);
    return inactive;
  }

  /** Empty when it is active after all: the KMS had done so itself, or the answer was lost. */
  private Optional<String> whyInactive(KeyId id, Answer first) {
    Request<?> question = GetAttributes.of(id.text(), AttributeTypes.STATE);
    Optional<State> state = KeyStates.state(cluster.everywhere(question));
    if (state.filter(State.ACTIVE::equals).isPresent()) {
      return Optional.empty();
    }
    Answer again = cluster.everywhere(new Activate(ObjectId.of(id.text())));
    if (again instanceof Answer.Done) {
      return Optional.empty();
    }
    return Optional.of("key " + id + " was made and can't be activated: " + first.sentence());
  }

  /**
   * The keys that a request made whose answer was lost.
   *
   * @return empty when the KMS can't be searched now, with the reason
   */
  Search find(UUID mark) {
    List<KeyId> found = new ArrayList<>();
    String why = "";
    boolean searched = false;
    for (var attribute : List.of(Tags.mark(mark), Tags.name(mark))) {
      switch (cluster.everywhere(Locate.of(attribute))) {
        case Answer.Done done -> {
          searched = true;
          ((Locate.Result) done.payload())
              .uniqueIdentifiers().stream().map(KeyId::new).forEach(found::add);
        }
        case Answer.Refused no -> why = no.sentence();
        case Answer.Lost no -> why = no.sentence();
        case Answer.Unreachable no -> why = no.sentence();
      }
    }
    return new Search(searched, found.stream().distinct().toList(), searched ? "" : why);
  }

  /**
   * What a search found.
   *
   * @param possible whether the KMS could be searched
   * @param found what it has
   * @param reason why it couldn't
   */
  record Search(boolean possible, List<KeyId> found, String reason) {
    Search {
      found = List.copyOf(found);
    }
  }
}
