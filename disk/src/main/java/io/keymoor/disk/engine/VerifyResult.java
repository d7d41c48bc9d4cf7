package io.keymoor.disk.engine;

import java.time.Duration;

/**
 * Every block could be read.
 *
 * @param bytes the size of the disk as the guest sees it
 * @param dataBytes how much of it holds data, in units of 64 KiB
 */
public record VerifyResult(long bytes, long dataBytes, Duration elapsed) {}
