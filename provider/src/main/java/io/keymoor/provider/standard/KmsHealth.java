package io.keymoor.provider.standard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one server of a KMS stands (S5).
 *
 * @param server the server
 * @param failing what failed first on the way to an answer; absent when all is well
 * @param sentence what was found, and what to do about it
 * @param took how long connecting and one harmless request took
 * @param version the KMIP version agreed on
 * @param certificateExpiry until when the certificate is valid that it showed, trusted or not
 */
public record KmsHealth(
    KmsServer server,
    Optional<Layer> failing,
    String sentence,
    Duration took,
    Optional<String> version,
    Optional<Instant> certificateExpiry) {
  /** The layers between us and an answer; each asks for another person to be called. */
  public enum Layer {
    NAME_RESOLUTION("name resolution"),
    TCP("TCP"),
    TLS("TLS"),
    TRUST("trust"),
    AUTHENTICATION("authentication"),
    KMIP("KMIP");

    private final String text;

    Layer(String text) {
      this.text = text;
    }

    /** As people read it. */
    public String text() {
      return text;
    }

    static Layer of(io.keymoor.kmip.client.Layer layer) {
      return switch (layer) {
        case DNS -> NAME_RESOLUTION;
        case TCP -> TCP;
        case TLS -> TLS;
        case TRUST -> TRUST;
        case AUTHENTICATION -> AUTHENTICATION;
        case KMIP -> KMIP;
      };
    }
  }
}
