package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.util.List;
import java.util.Optional;

/** One item of a request's batch (KMIP 2.1 section 8.3), readable or not. */
public sealed interface RequestItem {
  /** The operation, as far as it was readable. */
  Optional<Operation> operation();

  /** What the client calls the item; the answer repeats it. */
  Optional<ByteString> id();

  /** An item as it should be. */
  static RequestItem of(Request<?> request) {
    return new Valid(request, Optional.empty(), Optional.empty(), List.of());
  }

  /** An item with an identifier. */
  static RequestItem of(Request<?> request, ByteString id) {
    return new Valid(request, Optional.of(id), Optional.empty(), List.of());
  }

  /**
   * An item that could be read.
   *
   * @param request what is asked for
   * @param id what the client calls the item
   * @param ephemeral whether the answer's data shall only serve later items (KMIP 2.0 and later)
   * @param extensions vendors' additions
   */
  record Valid(
      Request<?> request,
      Optional<ByteString> id,
      Optional<Boolean> ephemeral,
      List<MessageExtension> extensions)
      implements RequestItem {
    public Valid {
      extensions = List.copyOf(extensions);
    }

    @Override
    public Optional<Operation> operation() {
      return Optional.of(request.operation());
    }
  }

  /**
   * An item that could not be read, in a message whose other items could: it fails alone.
   *
   * @param reason how a server answers it
   * @param message what is wrong with it, for the peer
   */
  record Malformed(
      Optional<Operation> operation, Optional<ByteString> id, ResultReason reason, String message)
      implements RequestItem {}
}
