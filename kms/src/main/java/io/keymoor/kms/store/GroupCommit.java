package io.keymoor.kms.store;

import io.keymoor.kms.audit.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jdbi.v3.core.JdbiException;

/**
 * Makes units of change durable, many at a time: while one transaction waits for the disk, the next
 * collects.
 *
 * <p>Guarantee: {@link #write} returns after the unit's transaction was committed with
 * synchronous_commit, or throws and the unit left no trace. A unit that meets a conflict does not
 * disturb the others: the transaction is rolled back and its units are tried one by one.
 *
 * <p>Thread-safe. Callers wait, so a full queue slows them down rather than growing.
 */
public final class GroupCommit implements AutoCloseable {
  private static final int MOST_UNITS = 512;
  private static final int QUEUE = 4096;

  private final Database database;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread committer;
  private volatile boolean closed;

  private record Pending(WriteUnit unit, CompletableFuture<Void> done) {}

  public GroupCommit(Database database) {
    this.database = database;
    this.committer = Thread.ofPlatform().name("kms-commit").daemon().start(this::commitForEver);
  }

  /**
   * Makes {@code unit} durable.
   *
   * @throws KmsStoreException.Conflict when an object of it was changed meanwhile
   * @throws KmsStoreException.Unavailable when the database does not answer
   */
  public void write(WriteUnit unit) {
    Pending pending = new Pending(unit, new CompletableFuture<>());
    try {
      queue.put(pending);
      if (closed) {
        failQueued();
      }
      pending.done().join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw unavailable(stopping);
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof KmsStoreException known ? known : unavailable(failed);
    }
  }

  private void commitForEver() {
    List<Pending> batch = new ArrayList<>();
    try {
      while (!closed) {
        batch.add(queue.take());
        queue.drainTo(batch, MOST_UNITS - 1);
        commit(batch);
        batch.clear();
      }
    } catch (InterruptedException stopping) {
      // The end that close() asks for.
    }
    failQueued();
  }

  private void commit(List<Pending> batch) {
    try {
      database
          .jdbi()
          .useTransaction(handle -> {
            UnitStatements statements = new UnitStatements(handle);
            statements.write(batch.stream().map(Pending::unit).toList());
          });
      batch.forEach(pending -> pending.done().complete(null));
    } catch (KmsStoreException | JdbiException failure) {
      if (batch.size() == 1) {
        batch.getFirst().done().completeExceptionally(translated(batch.getFirst(), failure));
      } else {
        batch.forEach(pending -> commit(List.of(pending)));
      }
    } catch (RuntimeException | Error unexpected) {
      // A caller that is never answered would wait for ever.
      batch.forEach(pending -> pending.done().completeExceptionally(unavailable(unexpected)));
    }
  }

  private static KmsStoreException translated(Pending pending, RuntimeException failure) {
    return switch (failure) {
      case KmsStoreException known -> known;
      case JdbiException sql when Database.isConstraint(sql) ->
          new KmsStoreException.Conflict(
              pending.unit().changes().isEmpty() ? "" : pending.unit().changes().getFirst().id());
      default -> unavailable(failure);
    };
  }

  private static KmsStoreException unavailable(Throwable cause) {
    return new KmsStoreException.Unavailable(
        "The database did not take a change; the change was not made.", cause);
  }

  private void failQueued() {
    List<Pending> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.forEach(pending ->
        pending.done().completeExceptionally(unavailable(new IllegalStateException("stopping"))));
  }

  /** Records events that belong to no change, in one transaction. */
  void record(List<AuditEvent> events) {
    database.jdbi().useTransaction(handle -> new UnitStatements(handle).audit(events));
  }

  /** Finishes the transaction under way and refuses what waits. */
  @Override
  public void close() {
    closed = true;
    committer.interrupt();
    try {
      committer.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
