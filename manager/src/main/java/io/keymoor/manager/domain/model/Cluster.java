package io.keymoor.manager.domain.model;

import java.util.UUID;

/**
 * Hosts that share their keys.
 *
 * @param id its id
 * @param name its name, unique
 * @param revision grows with every change of what its hosts must hold
 */
public record Cluster(UUID id, String name, long revision) {}
