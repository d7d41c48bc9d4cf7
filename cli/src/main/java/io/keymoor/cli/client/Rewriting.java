package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * How data is written anew.
 *
 * @param way "live", "copy" or "in-place"; as suits the VM when absent
 * @param bytesPerSecond the most to copy or move in a second, 0 for no limit
 */
public record Rewriting(Optional<String> way, long bytesPerSecond) {
  /** As suits the VM, at full speed. */
  public static final Rewriting CHOSEN = new Rewriting(Optional.empty(), 0);

  ObjectNode addTo(ObjectNode request) {
    way.ifPresent(text -> request.put("way", text));
    if (bytesPerSecond != 0) {
      request.put("bytes_per_second", bytesPerSecond);
    }
    return request;
  }
}
