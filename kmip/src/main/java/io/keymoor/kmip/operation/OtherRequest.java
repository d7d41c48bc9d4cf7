package io.keymoor.kmip.operation;

import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.ttlv.Ttlv;

/**
 * A request for an operation this library has no type for: known to KMIP, a vendor's, or newer.
 *
 * @param operation the operation
 * @param payload its payload, as it stands
 */
public record OtherRequest(Operation operation, Ttlv payload) implements Request<OtherResponse> {}
