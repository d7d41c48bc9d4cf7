package io.keymoor.manager.domain.model;

/**
 * Something about a VM that an administrator should see to, as its host found it.
 *
 * @param kind what it is
 * @param sentence what was found, and what to do
 */
public record VmConcern(Kind kind, String sentence) {
  /** What it is. */
  public enum Kind {
    /** It runs there, and its lease says that it runs on another host. */
    RUNS_TWICE,
    /** Something of an encrypted VM lies on storage in clear (R10). */
    IN_CLEAR
  }
}
