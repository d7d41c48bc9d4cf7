package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.operation.Response;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.util.List;
import java.util.Optional;

/**
 * One item of an answer's batch (KMIP 2.1 section 8.6).
 *
 * @param operation the operation, unless the request's was unreadable
 * @param id what the client called the item
 * @param outcome how it ended
 * @param extensions vendors' additions
 */
public record ResponseItem(
    Optional<Operation> operation,
    Optional<ByteString> id,
    Outcome outcome,
    List<MessageExtension> extensions) {
  public ResponseItem {
    extensions = List.copyOf(extensions);
  }

  /** An item without additions. */
  public ResponseItem(Optional<Operation> operation, Optional<ByteString> id, Outcome outcome) {
    this(operation, id, outcome, List.of());
  }

  /** How an operation ended. */
  public sealed interface Outcome {
    /** It was done. */
    record Success(Response payload) implements Outcome {}

    /** It goes on; ask again with this value. */
    record Pending(ByteString correlationValue) implements Outcome {}

    /** It failed and left nothing behind. */
    record Failed(ResultReason reason, Optional<String> message) implements Outcome {}

    /** It was done, and undone because another item of the batch failed. */
    record Undone(Optional<ResultReason> reason, Optional<String> message) implements Outcome {}
  }
}
