package io.keymoor.provider.catalog;

/**
 * What restoring a backup does.
 *
 * @param entry the provider afterwards
 * @param effect whether it comes new or was there already
 */
public record RestorePlan(ProviderEntry entry, Effect effect) {
  /** The two ways a restore can succeed. */
  public enum Effect {
    CREATED,
    UNCHANGED
  }
}
