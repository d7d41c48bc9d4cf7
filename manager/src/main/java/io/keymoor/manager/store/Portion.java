package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.PortionId;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A row of "task_portion": tasks that one host was handed at once. Places count from 1; lists are
 * by place, and equally long.
 *
 * @param delivered when the first of them was handed out
 * @param started when its host first said that it knows any of them
 * @param positions the places of their objects in the bulk task
 * @param ends what came of each; nothing where it has not ended
 */
record Portion(
    PortionId id,
    UUID bulk,
    UUID host,
    String actor,
    String address,
    Instant created,
    Optional<Instant> delivered,
    Optional<Instant> started,
    List<Long> positions,
    List<UUID> vms,
    List<String> names,
    List<String> kinds,
    List<UUID> providers,
    List<String> keys,
    String states,
    Ends ends) {

  /** What came of each task: a code, a sentence, and when, in microseconds since 1970. */
  record Ends(List<String> codes, List<String> summaries, List<Long> micros) {
    static Ends of(ResultSet row) throws SQLException {
      return new Ends(
          Columns.texts(row, "codes"),
          Columns.texts(row, "summaries"),
          List.of((Long[]) row.getArray("ends").getArray()));
    }
  }

  static final char QUEUED = 'q';
  static final char DELIVERED = 'd';
  static final char RUNNING = 'r';
  static final char SUCCEEDED = 's';
  static final char FAILED = 'f';
  static final char CANCELLED = 'c';

  /** In a row of its own, or in none; for good. */
  static final char ELSEWHERE = '-';

  /** The letters of tasks that have not ended. */
  static final String OPEN = "qdr";

  /** The letters of tasks that are in their portion. */
  static final String HERE = "qdrsfcSFC";

  static Portion of(ResultSet row) throws SQLException {
    return new Portion(
        new PortionId(Columns.uuid(row, "id")),
        Columns.uuid(row, "bulk"),
        Columns.uuid(row, "host"),
        row.getString("actor"),
        row.getString("address"),
        Columns.instant(row, "created"),
        Columns.optionalInstant(row, "delivered"),
        Columns.optionalInstant(row, "started"),
        List.of((Long[]) row.getArray("positions").getArray()),
        Columns.uuids(row, "vms"),
        Columns.texts(row, "names"),
        Columns.texts(row, "kinds"),
        Columns.uuids(row, "providers"),
        Columns.texts(row, "keys"),
        row.getString("states"),
        Ends.of(row));
  }

  /** Whether a task with this letter has not ended. */
  static boolean isOpen(char letter) {
    return OPEN.indexOf(letter) >= 0;
  }

  char letter(int place) {
    return states.charAt(place - 1);
  }

  /** The places of tasks that no host was handed. */
  IntStream queued() {
    return places(letter -> letter == QUEUED);
  }

  /** The places of tasks that have not ended. */
  IntStream open() {
    return places(letter -> isOpen((char) letter));
  }

  /** The places of tasks that have ended without their objects' having the result. */
  IntStream unsettled() {
    return places(letter -> letter == SUCCEEDED || letter == FAILED || letter == CANCELLED);
  }

  /** What the objects do not know yet. */
  Stream<BulkResults.Ended> ended() {
    return unsettled()
        .mapToObj(place ->
            new BulkResults.Ended(
                positions.get(place - 1),
                id.task(place),
                state(letter(place)),
                ends.codes().get(place - 1),
                ends.summaries().get(place - 1)));
  }

  private IntStream places(IntPredicate letters) {
    return IntStream.rangeClosed(1, states.length()).filter(place -> letters.test(letter(place)));
  }

  /** Whether the task with this id is here, wherever else it might be. */
  boolean has(UUID task) {
    return letter(id, states, task) != ELSEWHERE;
  }

  /** The letter of a task in a portion with these letters. */
  static char letter(PortionId portion, String states, UUID task) {
    int place = PortionId.place(task);
    return place >= 1 && place <= states.length() && portion.equals(PortionId.of(task))
        ? states.charAt(place - 1)
        : ELSEWHERE;
  }

  KeyName key(int place) {
    return new KeyName(providers.get(place - 1), new KeyId(keys.get(place - 1)));
  }

  Task task(int place) {
    char letter = letter(place);
    Optional<Task.End> end = end(place);
    boolean given = letter != QUEUED;
    boolean known = letter == RUNNING || end.isPresent();
    return new Task(
        id.task(place),
        version(letter),
        vms.get(place - 1),
        names.get(place - 1),
        host,
        work(place),
        actor,
        address,
        state(letter),
        Task.Progress.NONE,
        false,
        Optional.empty(),
        end,
        new Task.Times(
            created,
            given ? delivered : Optional.empty(),
            known ? started : Optional.empty(),
            end.map(_ -> ended(place))));
  }

  private Instant ended(int place) {
    return Instant.EPOCH.plus(ends.micros().get(place - 1), ChronoUnit.MICROS);
  }

  private VmWork work(int place) {
    UUID provider = providers.get(place - 1);
    KeyId key = new KeyId(keys.get(place - 1));
    String kind = kinds.get(place - 1);
    return switch (kind) {
      case "vm_rekey" -> new VmWork.Rekey(provider, key);
      case "host_rekey" -> new VmWork.RekeyHost(provider, key);
      default -> throw new IllegalStateException("a bulk task's task of unknown kind " + kind);
    };
  }

  private Optional<Task.End> end(int place) {
    String code = ends.codes().get(place - 1);
    String summary = ends.summaries().get(place - 1);
    return switch (Character.toLowerCase(letter(place))) {
      case SUCCEEDED -> Optional.of(new Task.End.Succeeded(summary, List.of()));
      case FAILED -> Optional.of(new Task.End.Failed(code, summary));
      case CANCELLED -> Optional.of(new Task.End.Cancelled(summary));
      default -> Optional.empty();
    };
  }

  private static Task.State state(char letter) {
    return switch (Character.toLowerCase(letter)) {
      case QUEUED, DELIVERED -> Task.State.QUEUED;
      case RUNNING -> Task.State.RUNNING;
      case SUCCEEDED -> Task.State.SUCCEEDED;
      case FAILED -> Task.State.FAILED;
      case CANCELLED -> Task.State.CANCELLED;
      default -> throw new IllegalStateException("a task of unknown state " + letter);
    };
  }

  static char letter(Task.End end) {
    return switch (end) {
      case Task.End.Succeeded _ -> SUCCEEDED;
      case Task.End.Failed _ -> FAILED;
      case Task.End.Cancelled _ -> CANCELLED;
    };
  }

  /** Grows with every letter that a task gets, as whoever waits for a change expects. */
  private static long version(char letter) {
    return switch (letter) {
      case QUEUED -> 1;
      case DELIVERED -> 2;
      case RUNNING -> 3;
      default -> 4;
    };
  }
}
