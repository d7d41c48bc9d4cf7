package io.keymoor.protocol;

/**
 * Whether the administrator wants the command stopped; the host stops where that is safe.
 *
 * @param cancel true from the moment somebody asked
 */
public record ProgressReply(boolean cancel) {}
