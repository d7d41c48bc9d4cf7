package io.keymoor.protocol;

import java.util.UUID;

/**
 * A provider as a host has it.
 *
 * @param id the provider's id
 * @param keyCheck check value of the key the host holds; empty when it holds none
 * @param state {@code ready}, {@code refused} or {@code error}
 * @param detail for the last two: why, in a sentence; otherwise empty
 */
public record ProviderReport(UUID id, String keyCheck, State state, String detail) {
  /** Whether the host can use the provider. */
  public enum State {
    READY,
    REFUSED,
    ERROR
  }
}
