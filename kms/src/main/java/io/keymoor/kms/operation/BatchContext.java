package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.DataInput;
import io.keymoor.kmip.vocabulary.DataReference;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.Workspace;
import io.keymoor.kms.policy.Client;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the items of one batch share: who asks, in which version, the changes so far, the ID
 * placeholder and what earlier items made (KMIP 2.1 section 6). Used by one thread.
 */
final class BatchContext {
  private final Client client;
  private final ProtocolVersion version;
  private final Instant now;
  private final Workspace workspace;
  private final Map<IdentifierReference, String> identifiers = new HashMap<>();
  private final Map<DataReference, ByteString> data = new HashMap<>();
  private final List<Optional<String>> identifierOfItem = new ArrayList<>();
  private final List<Optional<ByteString>> dataOfItem = new ArrayList<>();
  private Optional<String> placeholder = Optional.empty();

  BatchContext(Client client, ProtocolVersion version, Instant now, Workspace workspace) {
    this.client = client;
    this.version = version;
    this.now = Instant.ofEpochSecond(now.getEpochSecond());
    this.workspace = workspace;
  }

  Client client() {
    return client;
  }

  ProtocolVersion version() {
    return version;
  }

  /** The time of the request, in whole seconds as KMIP's dates are. */
  Instant now() {
    return now;
  }

  Workspace workspace() {
    return workspace;
  }

  /** Begins the next item of the batch. */
  void nextItem() {
    identifierOfItem.add(Optional.empty());
    dataOfItem.add(Optional.empty());
  }

  /** Says what an operation made, and lets the placeholder stand for it. */
  void made(String id, IdentifierReference... by) {
    placeholder = Optional.of(id);
    identifierOfItem.set(identifierOfItem.size() - 1, Optional.of(id));
    for (IdentifierReference reference : by) {
      identifiers.put(reference, id);
    }
  }

  /** Says what else an operation made, beside what the placeholder stands for. */
  void madeToo(String id, IdentifierReference by) {
    identifiers.put(by, id);
  }

  /** Lets the placeholder stand for nothing. */
  void emptyPlaceholder() {
    placeholder = Optional.empty();
  }

  /** Says what data an operation answered. */
  void answered(ByteString bytes, DataReference by) {
    data.put(by, bytes);
    dataOfItem.set(dataOfItem.size() - 1, Optional.of(bytes));
  }

  /** The identifier that a request names. */
  String identifier(ObjectId object) {
    return switch (object) {
      case ObjectId.ById byId -> byId.id();
      case ObjectId.Placeholder _ -> placeholder.orElseThrow(BatchContext::nothingNamed);
      case ObjectId.ByOperation(IdentifierReference operation) ->
          operation.equals(IdentifierReference.ID_PLACEHOLDER)
              ? placeholder.orElseThrow(BatchContext::nothingNamed)
              : Optional.ofNullable(identifiers.get(operation))
                  .orElseThrow(BatchContext::nothingNamed);
      case ObjectId.ByPosition(int position) ->
          at(identifierOfItem, position).orElseThrow(BatchContext::nothingNamed);
    };
  }

  /** The bytes that a request names or carries. */
  ByteString data(DataInput input) {
    return switch (input) {
      case DataInput.Bytes(ByteString bytes) -> bytes;
      case DataInput.ByOperation(DataReference operation) ->
          Optional.ofNullable(data.get(operation)).orElseThrow(BatchContext::nothingNamed);
      case DataInput.ByPosition(int position) ->
          at(dataOfItem, position).orElseThrow(BatchContext::nothingNamed);
    };
  }

  /** Positions count from 0; negative ones count back from the item under way. */
  private static <T> Optional<T> at(List<Optional<T>> items, int position) {
    int index = position < 0 ? items.size() - 1 + position : position;
    return index < 0 || index >= items.size() ? Optional.empty() : items.get(index);
  }

  private static KmipFailure nothingNamed() {
    return new KmipFailure(
        ResultReason.OBJECT_NOT_FOUND,
        "The request leaves out its object, and no earlier item of the batch made or found just"
            + " one.");
  }
}
