package io.keymoor.kmip.client;

import io.keymoor.kmip.codec.ProtocolVersion;
import java.time.Duration;
import java.util.Optional;

/**
 * What a probe of one server found.
 *
 * @param server the server
 * @param failing the layer that failed; absent when it answers
 * @param sentence what was found, and what to do about it
 * @param took how long connecting and one exchange took
 * @param version the version agreed on, when it answers
 */
public record ServerHealth(
    Endpoint server,
    Optional<Layer> failing,
    String sentence,
    Duration took,
    Optional<ProtocolVersion> version) {
  public boolean isHealthy() {
    return failing.isEmpty();
  }
}
