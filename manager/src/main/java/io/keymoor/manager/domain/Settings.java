package io.keymoor.manager.domain;

import java.time.Duration;
import java.util.UUID;

/**
 * What an administrator may set.
 *
 * @param managerId this manager's id
 * @param startTimeout how long a command may wait for a host that does not answer
 * @param hostSilence after how long without a word a host counts as not responding
 * @param reportInterval how often hosts report when nothing changed
 */
public record Settings(
    UUID managerId, Duration startTimeout, Duration hostSilence, Duration reportInterval) {}
