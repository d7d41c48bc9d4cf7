package io.keymoor.provider.standard;

import java.util.List;

/**
 * What a look into a KMS found.
 *
 * @param found the provider's keys
 * @param unsearched why keys under its tag could not be looked for; empty when they were
 */
public record StandingKeys(List<StandingKey> found, String unsearched) {
  public StandingKeys {
    found = List.copyOf(found);
  }
}
