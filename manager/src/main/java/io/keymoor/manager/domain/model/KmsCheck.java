package io.keymoor.manager.domain.model;

import io.keymoor.provider.standard.KmsHealth;
import java.time.Instant;

/**
 * How a server of a KMS stood when it was looked at.
 *
 * @param health what was found
 * @param checked when
 */
public record KmsCheck(KmsHealth health, Instant checked) {}
