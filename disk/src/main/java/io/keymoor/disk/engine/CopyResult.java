package io.keymoor.disk.engine;

import java.time.Duration;

/**
 * What a finished copy did.
 *
 * @param bytes the size of the disk as the guest sees it
 * @param dataBytes how much of it was read as data, in units of 64 KiB
 * @param fileBytes the length of the target file
 * @param verified whether the target was read back and found equal
 */
public record CopyResult(
    long bytes, long dataBytes, long fileBytes, boolean verified, Duration elapsed) {}
