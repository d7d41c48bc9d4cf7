package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.message.RequestHeader;
import io.keymoor.kmip.message.RequestItem;
import io.keymoor.kmip.message.RequestMessage;
import io.keymoor.kmip.message.ResponseItem;
import io.keymoor.kmip.message.ResponseMessage;
import io.keymoor.kmip.operation.DiscoverVersions;
import io.keymoor.kmip.operation.Request;
import io.keymoor.kmip.vocabulary.BatchErrorContinuationOption;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts requests into messages, agrees on versions, and matches answers. Thread-safe. */
final class Dialogue {
  /** Before an item's number in its identifier; 4 + 4 bytes, as vCenter sends them. */
  private static final byte[] ID_PREFIX = {'K', 'M', 'O', 'R'};

  private final ClientSettings settings;
  private final AtomicInteger numbers = new AtomicInteger();

  Dialogue(ClientSettings settings) {
    this.settings = settings;
  }

  /** The version to speak with a server: the only one wanted, or the best of those it offers. */
  ProtocolVersion agree(Connection connection, Deadline deadline) throws IOException {
    if (settings.versions().size() == 1) {
      return settings.versions().getFirst();
    }
    // 1.1 brought Discover Versions; a server that speaks only 2.x refuses it, and is asked in 2.0.
    Optional<ProtocolVersion> found = discover(connection, ProtocolVersion.V1_1, deadline);
    if (found.isEmpty()) {
      found = discover(connection, ProtocolVersion.V2_0, deadline);
    }
    if (found.isPresent()) {
      return found.get();
    }
    if (settings.versions().contains(ProtocolVersion.V1_0)) {
      return ProtocolVersion.V1_0;
    }
    throw new ConnectFailure(
        connection.server(),
        Layer.KMIP,
        connection.server() + " speaks none of the versions " + settings.versions(),
        null);
  }

  private Optional<ProtocolVersion> discover(
      Connection connection, ProtocolVersion asking, Deadline deadline) throws IOException {
    RequestMessage request =
        new RequestMessage(
            header(asking, 1, Optional.empty()),
            List.of(RequestItem.of(new DiscoverVersions(List.of()))));
    ResponseMessage answer = connection.exchange(request, deadline);
    if (answer.items().size() == 1) {
      ResponseItem.Outcome outcome = answer.items().getFirst().outcome();
      if (outcome instanceof ResponseItem.Outcome.Success success
          && success.payload() instanceof DiscoverVersions.Result offered) {
        return settings.versions().stream().filter(offered.versions()::contains).findFirst();
      }
      if (outcome instanceof ResponseItem.Outcome.Failed failed && isRefusal(failed.reason())) {
        throw new ConnectFailure(
            connection.server(),
            Layer.AUTHENTICATION,
            connection.server()
                + " does not accept this client's credentials ("
                + failed.reason()
                + "); check the user and the certificate it knows",
            null);
      }
    }
    return Optional.empty();
  }

  /**
   * Has the server answer a question that changes nothing, whatever the answer: one that does not
   * accept this client says so here, or breaks the connection.
   */
  void greet(Connection connection, ProtocolVersion version, Deadline deadline) throws IOException {
    RequestMessage hello =
        new RequestMessage(
            header(version, 1, Optional.empty()),
            List.of(RequestItem.of(new DiscoverVersions(List.of()))));
    var _ = connection.exchange(hello, deadline);
  }

  static boolean isRefusal(ResultReason reason) {
    return reason.equals(ResultReason.AUTHENTICATION_NOT_SUCCESSFUL)
        || reason.equals(ResultReason.PERMISSION_DENIED)
        || reason.equals(ResultReason.NOT_AUTHORISED);
  }

  /** A message of these requests, each with an identifier of its own. */
  RequestMessage message(
      ProtocolVersion version,
      List<? extends Request<?>> requests,
      Optional<BatchErrorContinuationOption> onError) {
    List<RequestItem> items = new ArrayList<>(requests.size());
    for (Request<?> request : requests) {
      items.add(
          request instanceof DiscoverVersions
              ? RequestItem.of(request)
              : RequestItem.of(request, nextId()));
    }
    return new RequestMessage(header(version, items.size(), onError), items);
  }

  private ByteString nextId() {
    ByteBuffer id = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    return ByteString.owning(id.put(ID_PREFIX).putInt(numbers.incrementAndGet()).array());
  }

  private RequestHeader header(
      ProtocolVersion version, int items, Optional<BatchErrorContinuationOption> onError) {
    RequestHeader plain = RequestHeader.of(version, items);
    if (settings.credentials().isEmpty() && onError.isEmpty()) {
      return plain;
    }
    return new RequestHeader(
        version,
        plain.maximumResponseSize(),
        plain.clientCorrelation(),
        plain.serverCorrelation(),
        plain.asynchronous(),
        plain.attestationCapable(),
        plain.attestationTypes(),
        settings.credentials(),
        onError,
        // Before KMIP 2.0 a server may do them in any order unless it is told.
        onError.isPresent() ? Optional.of(true) : plain.batchOrder(),
        plain.timeStamp(),
        items);
  }

  /**
   * The answers in the order of the requests.
   *
   * @throws IOException where they are not the answers to this request
   */
  static List<ResponseItem> match(RequestMessage request, ResponseMessage answer)
      throws IOException {
    List<ResponseItem> items = answer.items();
    boolean wholeRefused =
        items.size() == 1 && items.getFirst().outcome() instanceof ResponseItem.Outcome.Failed;
    if (items.size() > request.items().size() || items.isEmpty()) {
      throw new IOException("another number of answers than of requests");
    }
    for (int i = 0; i < items.size(); i++) {
      RequestItem asked = request.items().get(i);
      ResponseItem item = items.get(i);
      boolean same =
          item.operation().equals(asked.operation())
              // Some servers give no identifier back where a batch has one item only.
              && (item.id().equals(asked.id()) || (item.id().isEmpty() && items.size() == 1));
      if (!same && !wholeRefused) {
        throw new IOException("an answer to another request");
      }
    }
    return items;
  }
}
