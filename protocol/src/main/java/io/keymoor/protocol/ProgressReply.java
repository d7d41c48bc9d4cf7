package io.keymoor.protocol;

/**
 * Whether the administrator wants the command stopped or paused; the host does that where it is
 * safe.
 *
 * @param cancel true from the moment somebody asked
 * @param pause true for as long as somebody wants it to stand still
 */
public record ProgressReply(boolean cancel, boolean pause) {}
