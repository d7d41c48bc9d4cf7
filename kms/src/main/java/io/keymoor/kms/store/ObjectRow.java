package io.keymoor.kms.store;

import java.util.Optional;

/**
 * A managed object as it is stored.
 *
 * @param id its unique identifier
 * @param objectType KMIP's number of its kind
 * @param owner the client that made it
 * @param state KMIP's number of its state; 0 for objects that have none
 * @param archived whether it was archived
 * @param revision grows by one with every change; a change of an older revision is refused
 * @param material the sealed key block or data; empty once destroyed
 * @param sealedAt the revision in which the material was sealed
 * @param attributes the attributes, encoded
 */
@SuppressWarnings("ArrayRecordComponent") // Rows are handed on, never compared or kept for change.
public record ObjectRow(
    String id,
    int objectType,
    String owner,
    int state,
    boolean archived,
    long revision,
    Optional<byte[]> material,
    long sealedAt,
    byte[] attributes) {}
