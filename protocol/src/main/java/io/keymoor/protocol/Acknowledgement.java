package io.keymoor.protocol;

/** The manager has stored what was sent; the host need not send it again. */
public record Acknowledgement() {}
