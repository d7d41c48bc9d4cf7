package io.keymoor.protocol;

import java.util.UUID;

/**
 * What the manager gives an enrolled host; holds nothing secret.
 *
 * @param hostId the host's id from now on
 * @param clusterId its cluster
 * @param managerUrl where to connect
 * @param caPem the manager's CA, PEM
 * @param certificatePem the host's certificate, PEM
 */
public record EnrolmentGrant(
    UUID hostId, UUID clusterId, String managerUrl, String caPem, String certificatePem) {}
