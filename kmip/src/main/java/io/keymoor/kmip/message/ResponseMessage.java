package io.keymoor.kmip.message;

import java.util.List;

/** An answer (KMIP 2.1 section 8.4). */
public record ResponseMessage(ResponseHeader header, List<ResponseItem> items) {
  public ResponseMessage {
    items = List.copyOf(items);
  }
}
