package io.keymoor.protocol;

/**
 * How far a command is.
 *
 * @param id the command's id
 * @param phase what it does now, a few words for people
 * @param done units done, at least 0
 * @param total units in all; 0 while unknown
 * @param unit "bytes" or "steps"
 */
public record CommandProgress(String id, String phase, long done, long total, String unit) {}
