package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.UsageLimits;
import io.keymoor.kmip.operation.Locate;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.ObjectGroupMember;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kmip.vocabulary.StorageStatusMask;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.AttributeIndex;
import io.keymoor.kms.object.ObjectSource;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.IndexKey;
import io.keymoor.kms.store.Objects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Locate (KMIP 1.4 section 4.9): the database narrows down by index, kind and owner, and every
 * candidate is then matched attribute by attribute. The newest object comes first.
 */
final class LocateOperation {
  private static final int PAGE = 1_000;
  private static final int MOST_ANSWERED = 10_000;

  private final Objects objects;
  private final Clients clients;

  LocateOperation(Objects objects, Clients clients) {
    this.objects = objects;
    this.clients = clients;
  }

  Locate.Result locate(Locate request, BatchContext context) {
    request
        .attributes()
        .list()
        .forEach(attribute -> AttributeRules.requireKnown(attribute.type(), context.version()));
    int offset = notNegative(request.offsetItems(), "Offset Items");
    int most = Math.min(MOST_ANSWERED, notNegative(request.maximumItems(), "Maximum Items"));
    int wanted = request.maximumItems().isEmpty() ? MOST_ANSWERED : most;
    List<String> found = found(request, context, (long) offset + wanted);
    List<String> answered = found.subList(Math.min(offset, found.size()), found.size());
    context.emptyPlaceholder();
    if (answered.size() == 1) {
      context.made(answered.getFirst(), IdentifierReference.LOCATE);
    }
    return new Locate.Result(Optional.empty(), answered);
  }

  private List<String> found(Locate request, BatchContext context, long enough) {
    List<String> ids = new ArrayList<>();
    // Objects of this very batch are not in the database yet.
    Set<String> touched = new HashSet<>();
    for (StoredObject own : context.workspace().changed()) {
      touched.add(own.id());
      if (isVisible(own, context.client()) && matches(own, request, context)) {
        ids.add(own.id());
      }
    }
    Objects.Search search = search(request, context.client());
    long before = Long.MAX_VALUE;
    while (ids.size() < enough) {
      List<Objects.Found> page = objects.search(search, before, PAGE);
      for (Objects.Found candidate : page) {
        StoredObject object = ObjectSource.decoded(candidate.row());
        if (!touched.contains(object.id()) && matches(object, request, context)) {
          ids.add(object.id());
        }
      }
      if (page.size() < PAGE) {
        break;
      }
      before = page.getLast().seq();
    }
    return ids.size() > enough ? ids.subList(0, (int) enough) : ids;
  }

  private boolean isVisible(StoredObject object, Client client) {
    return client.administrator() || clients.visibleOwners(client).contains(object.owner());
  }

  private Objects.Search search(Locate request, Client client) {
    Set<IndexKey> keys = new HashSet<>();
    request.attributes().list().forEach(one -> AttributeIndex.key(one).ifPresent(keys::add));
    OptionalInt type =
        request
            .attributes()
            .first(AttributeTypes.OBJECT_TYPE)
            .map(it -> OptionalInt.of(it.value()))
            .orElse(OptionalInt.empty());
    Optional<String> id =
        request
            .attributes()
            .first(AttributeTypes.UNIQUE_IDENTIFIER)
            .flatMap(it ->
                it instanceof ObjectId.ById(String text) ? Optional.of(text) : Optional.empty());
    return new Objects.Search(
        id,
        keys,
        type,
        client.administrator() ? Optional.empty() : Optional.of(clients.visibleOwners(client)));
  }

  /** The client's template of that name. */
  Optional<String> template(Name name, BatchContext context) {
    Locate request =
        new Locate(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Attributes.of(
                Attribute.of(AttributeTypes.OBJECT_TYPE, ObjectType.TEMPLATE),
                Attribute.of(AttributeTypes.NAME, name)));
    return found(request, context, 1).stream().findFirst();
  }

  private static boolean matches(StoredObject object, Locate request, BatchContext context) {
    return isStored(object, request)
        && isMember(object, request)
        && hasAll(object, request.attributes(), context);
  }

  /** On line unless the request says otherwise; destroyed ones only when asked for. */
  private static boolean isStored(StoredObject object, Locate request) {
    int mask = request.storageStatus().orElse(StorageStatusMask.ON_LINE_STORAGE);
    if (object.isDestroyed()) {
      boolean asked =
          request
              .attributes()
              .first(AttributeTypes.STATE)
              .filter(state -> state.value() >= State.DESTROYED.value())
              .isPresent();
      return asked || (mask & StorageStatusMask.DESTROYED_STORAGE) != 0;
    }
    return object.archived()
        ? (mask & StorageStatusMask.ARCHIVAL_STORAGE) != 0
        : (mask & StorageStatusMask.ON_LINE_STORAGE) != 0;
  }

  private static boolean isMember(StoredObject object, Locate request) {
    return !request.objectGroupMember().equals(Optional.of(ObjectGroupMember.GROUP_MEMBER_FRESH))
        || object.first(AttributeTypes.FRESH).orElse(false);
  }

  private static boolean hasAll(StoredObject object, Attributes wanted, BatchContext context) {
    Map<AttributeType<?>, List<Instant>> dates = new HashMap<>();
    List<Attribute<?>> has = AttributeView.all(object, context.now(), context.version());
    for (Attribute<?> attribute : wanted.list()) {
      if (attribute.value() instanceof Instant date) {
        dates.computeIfAbsent(attribute.type(), _ -> new ArrayList<>()).add(date);
      } else if (has.stream().noneMatch(one -> satisfies(one, attribute))) {
        return false;
      }
    }
    return dates.entrySet().stream()
        .allMatch(entry ->
            has.stream()
                .filter(one -> one.type().equals(entry.getKey()))
                .anyMatch(one -> isWithin((Instant) one.value(), entry.getValue())));
  }

  private static boolean satisfies(Attribute<?> has, Attribute<?> wanted) {
    if (!has.type().equals(wanted.type())) {
      return false;
    }
    if (wanted.type().equals(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK)) {
      int mask = (Integer) wanted.value();
      return ((Integer) has.value() & mask) == mask;
    }
    if (has.value() instanceof UsageLimits limits && wanted.value() instanceof UsageLimits least) {
      return limits.total() >= least.total()
          && limits.count().orElse(limits.total()) >= least.count().orElse(0L);
    }
    if (has.value() instanceof ObjectId id && wanted.value() instanceof ObjectId other) {
      return id.equals(other);
    }
    return has.value().equals(wanted.value());
  }

  /** One date means that very date, two mean the time between them, limits included. */
  private static boolean isWithin(Instant date, List<Instant> limits) {
    Instant first = limits.stream().min(Instant::compareTo).orElseThrow();
    Instant last = limits.stream().max(Instant::compareTo).orElseThrow();
    return !date.isBefore(first) && !date.isAfter(last);
  }

  private static int notNegative(Optional<Integer> number, String field) {
    if (number.filter(value -> value < 0).isPresent()) {
      throw new KmipFailure(ResultReason.INVALID_FIELD, field + " cannot be negative.");
    }
    return number.orElse(0);
  }
}
