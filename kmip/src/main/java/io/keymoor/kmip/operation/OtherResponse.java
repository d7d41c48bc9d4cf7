package io.keymoor.kmip.operation;

import io.keymoor.ttlv.Ttlv;

/** The answer to an operation this library has no type for, as it stands. */
public record OtherResponse(Ttlv payload) implements Response {}
