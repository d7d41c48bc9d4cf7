package io.keymoor.hypervisor;

import java.nio.file.Path;

/**
 * The image that a running domain's disk is being copied to.
 *
 * @param file the image
 * @param ready whether it has the same contents as the disk
 */
public record DomainMirror(Path file, boolean ready) {}
