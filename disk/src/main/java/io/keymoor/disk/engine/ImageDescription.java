package io.keymoor.disk.engine;

import java.util.Optional;

/**
 * What can be said of an image without a key.
 *
 * @param virtualSizeBytes the size of the disk as the guest sees it
 * @param allocatedBytes how much of it holds data in this file: exact for qcow2, and for raw images
 *     up to 32 MiB; a sample's estimate for larger raw images; everything for raw LUKS
 * @param sparse true when a tenth or more of the disk holds no data
 * @param backingFile the name recorded in the image, which may be relative to its directory
 * @param snapshots the number of internal snapshots
 */
public record ImageDescription(
    ContainerFormat container,
    DiskEncryption encryption,
    long virtualSizeBytes,
    long allocatedBytes,
    boolean sparse,
    Optional<String> backingFile,
    int snapshots) {}
