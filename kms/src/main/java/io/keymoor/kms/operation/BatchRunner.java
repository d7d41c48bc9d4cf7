package io.keymoor.kms.operation;

import io.keymoor.crypto.CryptoException;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.MessageExtension;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseItem.Outcome;
import io.keymoor.kmip.operation.Export;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.AsynchronousIndicator;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.Workspace;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.store.KmsStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the batches of one connection's requests (KMIP 1.4 sections 6.14 and 6.15).
 *
 * <p>Guarantee: the changes of one request become durable together, after its answer was found to
 * be sendable and before it is sent. An item that fails leaves nothing behind; with the option Undo
 * neither do the items before it. Items run in their order.
 */
final class BatchRunner {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final KmipService service;
  private final Operator operator;
  private final String peer;

  BatchRunner(KmipService service, Operator operator, String peer) {
    this.service = service;
    this.operator = operator;
    this.peer = peer;
  }

  /** A batch that ran, its changes not yet durable. Closing it erases the keys in its answers. */
  final class Ran implements AutoCloseable {
    private final Client client;
    private final Workspace workspace;
    private final List<ResponseItem> items = new ArrayList<>();
    private final List<AuditEvent> events = new ArrayList<>();

    private Ran(Client client, Workspace workspace) {
      this.client = client;
      this.workspace = workspace;
    }

    List<ResponseItem> items() {
      return items;
    }

    /**
     * Makes the changes durable.
     *
     * @throws KmsStoreException.Conflict when the request has to run again
     */
    void commit() {
      if (workspace.isEmpty()) {
        events.forEach(service.audit()::record);
      } else {
        workspace.commit(service.commit(), events);
      }
    }

    /** Drops the changes and lets every item that succeeded fail for this reason. */
    void fail(KmipFailure failure, ProtocolVersion version) {
      for (int i = 0; i < items.size(); i++) {
        ResponseItem item = items.get(i);
        if (item.outcome() instanceof Outcome.Success) {
          erase(item);
          items.set(i, with(item, failed(failure, version)));
        }
      }
      events.replaceAll(event -> result(event, failure.reason(version).name()));
      events.forEach(service.audit()::record);
    }

    @Override
    public void close() {
      items.forEach(BatchRunner::erase);
    }
  }

  Ran run(RequestMessage request, Client client, Instant now) {
    RequestHeader header = request.header();
    Workspace workspace = new Workspace(service.source());
    BatchContext context = new BatchContext(client, header.version(), now, workspace);
    Ran ran = new Ran(client, workspace);
    Workspace.Mark begin = workspace.mark();
    for (RequestItem item : request.items()) {
      context.nextItem();
      Workspace.Mark mark = workspace.mark();
      long started = System.nanoTime();
      ResponseItem answer =
          new ResponseItem(item.operation(), item.id(), outcome(item, header, context));
      boolean failed = answer.outcome() instanceof Outcome.Failed;
      if (failed) {
        workspace.backTo(mark);
      }
      ran.items.add(answer);
      record(ran, item, answer, context, started);
      if (failed && !continues(header)) {
        if (undoes(header)) {
          workspace.backTo(begin);
          undo(ran);
        }
        break;
      }
    }
    return ran;
  }

  private static boolean continues(RequestHeader header) {
    return header.errorContinuation().equals(Optional.of(BatchErrorContinuationOption.CONTINUE));
  }

  private static boolean undoes(RequestHeader header) {
    return header.errorContinuation().equals(Optional.of(BatchErrorContinuationOption.UNDO));
  }

  private static void undo(Ran ran) {
    for (int i = 0; i < ran.items.size(); i++) {
      ResponseItem item = ran.items.get(i);
      if (item.outcome() instanceof Outcome.Success) {
        erase(item);
        ran.items.set(
            i,
            with(
                item,
                new Outcome.Undone(
                    Optional.empty(), Optional.of("Undone: another item of the batch failed."))));
        ran.events.set(i, result(ran.events.get(i), "undone"));
      }
    }
  }

  private Outcome outcome(RequestItem item, RequestHeader header, BatchContext context) {
    ProtocolVersion version = header.version();
    return switch (item) {
      case RequestItem.Malformed malformed ->
          failed(new KmipFailure(malformed.reason(), malformed.message()), version);
      case RequestItem.Valid valid -> {
        try {
          requireUnderstood(valid, header);
          yield new Outcome.Success(operator.perform(valid.request(), context));
        } catch (KmipFailure failure) {
          yield failed(failure, version);
        } catch (KmsStoreException | CryptoException | IllegalStateException broken) {
          LOG.error("{} of {} failed", valid.request().operation(), peer, broken);
          yield failed(unavailable(), version);
        }
      }
    };
  }

  private static void requireUnderstood(RequestItem.Valid item, RequestHeader header) {
    if (item.extensions().stream().anyMatch(MessageExtension::critical)) {
      throw new KmipFailure(
          ResultReason.FEATURE_NOT_SUPPORTED, "A critical message extension is not understood.");
    }
    if (header.asynchronous().equals(Optional.of(AsynchronousIndicator.MANDATORY))) {
      throw new KmipFailure(
          ResultReason.FEATURE_NOT_SUPPORTED, "This server answers every operation at once.");
    }
  }

  private void record(
      Ran ran, RequestItem item, ResponseItem answer, BatchContext context, long started) {
    String operation = item.operation().map(Operation::name).orElse("unreadable");
    String result =
        answer.outcome() instanceof Outcome.Failed(ResultReason reason, _)
            ? reason.name()
            : "success";
    String known = item.operation().filter(Operation.KIND::knows).isPresent() ? operation : "other";
    service
        .metrics()
        .times(
            "keymoor_kms_operation_seconds",
            "Operations, without the commit.",
            "operation=\"" + known + "\"")
        .record(System.nanoTime() - started);
    if (!result.equals("success")) {
      service
          .metrics()
          .counter(
              "keymoor_kms_failures_total", "Failed operations.", "operation=\"" + known + "\"")
          .increment();
    }
    ran.events.add(
        new AuditEvent(
            context.now(),
            service.nodeName(),
            ran.client.name(),
            peer,
            operation,
            AuditedObject.of(item, answer),
            result));
  }

  private static AuditEvent result(AuditEvent event, String result) {
    return event.result().equals("success")
        ? new AuditEvent(
            event.at(),
            event.node(),
            event.client(),
            event.peer(),
            event.operation(),
            event.objectId(),
            result)
        : event;
  }

  static Outcome failed(KmipFailure failure, ProtocolVersion version) {
    return new Outcome.Failed(failure.reason(version), Optional.ofNullable(failure.getMessage()));
  }

  static KmipFailure unavailable() {
    return new KmipFailure(
        ResultReason.INTERNAL_SERVER_ERROR,
        "The server could not do this now. Nothing was changed; try again.");
  }

  private static ResponseItem with(ResponseItem item, Outcome outcome) {
    return new ResponseItem(item.operation(), item.id(), outcome);
  }

  private static void erase(ResponseItem item) {
    if (item.outcome() instanceof Outcome.Success(Response payload)) {
      switch (payload) {
        case Get.Result result -> result.managedObject().close();
        case Export.Result result -> result.managedObject().close();
        default -> {
          // No other answer holds a key.
        }
      }
    }
  }
}
