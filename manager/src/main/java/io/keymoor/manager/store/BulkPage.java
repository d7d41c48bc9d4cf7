package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.ObjectRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A row of "bulk_page": objects of a bulk task that one host had when they were stored, in the
 * order of work. It is changed here and then stored as a whole. Not thread-safe.
 */
final class BulkPage {
  /** The most objects of one; fixed, since positions are made of it. */
  static final int SIZE = 128;

  private static final UUID NONE = new UUID(0, 0);

  private final long number;
  private final UUID host;
  private final List<String> types;
  private final List<UUID> objects;
  private final List<String> names;
  private final StringBuilder states;
  private final List<UUID> hosts;
  private final List<UUID> providers;
  private final List<UUID> tasks;
  private final List<String> codes;
  private final List<String> details;

  private BulkPage(ResultSet row) throws SQLException {
    this.number = row.getLong("number");
    this.host = Columns.uuid(row, "host");
    this.types = Columns.texts(row, "types");
    this.objects = Columns.uuids(row, "objects");
    this.names = Columns.texts(row, "names");
    this.states = new StringBuilder(row.getString("states"));
    this.hosts = new ArrayList<>(Columns.uuids(row, "hosts"));
    this.providers = new ArrayList<>(Columns.uuids(row, "providers"));
    this.tasks = new ArrayList<>(Columns.uuids(row, "tasks"));
    this.codes = new ArrayList<>(Columns.texts(row, "codes"));
    this.details = new ArrayList<>(Columns.texts(row, "details"));
  }

  private BulkPage(long number, UUID host, List<BulkItem> items) {
    this.number = number;
    this.host = host;
    this.types = items.stream().map(item -> item.object().type()).toList();
    this.objects = items.stream().map(BulkItem::id).toList();
    this.names = items.stream().map(item -> item.object().name()).toList();
    this.states = new StringBuilder();
    items.forEach(item -> states.append(letter(item.state())));
    this.hosts = items.stream().map(BulkItem::host).toList();
    this.providers = items.stream().map(BulkItem::provider).toList();
    this.tasks = items.stream().map(item -> item.task().orElse(NONE)).toList();
    this.codes = items.stream().map(BulkItem::code).toList();
    this.details = items.stream().map(BulkItem::detail).toList();
  }

  static BulkPage of(ResultSet row) throws SQLException {
    return new BulkPage(row);
  }

  /** A new one, which is only stored. */
  static BulkPage of(long number, UUID host, List<BulkItem> items) {
    return new BulkPage(number, host, items);
  }

  /** The number of the page with this position. */
  static long number(long position) {
    return position / SIZE;
  }

  /** Its objects, in the order of work. */
  Stream<BulkItem> items() {
    return IntStream.range(0, states.length()).mapToObj(this::at);
  }

  /** The object at a position, which is on this page. */
  BulkItem item(long position) {
    return at((int) (position - number * SIZE));
  }

  private BulkItem at(int place) {
    UUID task = tasks.get(place);
    return new BulkItem(
        number * SIZE + place,
        new ObjectRef(types.get(place), objects.get(place).toString(), names.get(place)),
        objects.get(place),
        hosts.get(place),
        providers.get(place),
        state(states.charAt(place)),
        task.equals(NONE) ? Optional.empty() : Optional.of(task),
        codes.get(place),
        details.get(place));
  }

  /** How an object stands now. */
  void put(BulkItem item) {
    int place = (int) (item.position() - number * SIZE);
    states.setCharAt(place, letter(item.state()));
    hosts.set(place, item.host());
    providers.set(place, item.provider());
    tasks.set(place, item.task().orElse(NONE));
    codes.set(place, item.code());
    details.set(place, item.detail());
  }

  /** How many objects stand so. */
  int count(BulkItem.State state) {
    char letter = letter(state);
    return (int) states.chars().filter(one -> one == letter).count();
  }

  static char letter(BulkItem.State state) {
    return switch (state) {
      case WAITING -> 'w';
      case OPEN -> 'o';
      case OK -> 'k';
      case FAILED -> 'f';
      case SKIPPED -> 's';
    };
  }

  private static BulkItem.State state(char letter) {
    return switch (letter) {
      case 'w' -> BulkItem.State.WAITING;
      case 'o' -> BulkItem.State.OPEN;
      case 'k' -> BulkItem.State.OK;
      case 'f' -> BulkItem.State.FAILED;
      case 's' -> BulkItem.State.SKIPPED;
      default -> throw new IllegalStateException("an object of unknown state " + letter);
    };
  }

  long number() {
    return number;
  }

  UUID host() {
    return host;
  }

  List<String> types() {
    return types;
  }

  List<UUID> objects() {
    return objects;
  }

  List<String> names() {
    return names;
  }

  String states() {
    return states.toString();
  }

  List<UUID> hosts() {
    return hosts;
  }

  List<UUID> providers() {
    return providers;
  }

  List<UUID> tasks() {
    return tasks;
  }

  List<String> codes() {
    return codes;
  }

  List<String> details() {
    return details;
  }
}
