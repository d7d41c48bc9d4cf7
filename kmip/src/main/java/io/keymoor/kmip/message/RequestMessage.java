package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Request;
import java.util.List;

/** A request (KMIP 2.1 section 8.1). */
public record RequestMessage(RequestHeader header, List<RequestItem> items) {
  public RequestMessage {
    items = List.copyOf(items);
  }

  /** A message of one item and nothing that isn't needed. */
  public static RequestMessage of(ProtocolVersion version, Request<?> request) {
    return new RequestMessage(RequestHeader.of(version, 1), List.of(RequestItem.of(request)));
  }
}
