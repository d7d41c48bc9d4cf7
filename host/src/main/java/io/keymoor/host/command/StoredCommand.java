package io.keymoor.host.command;

import io.keymoor.protocol.HostCommand;

/**
 * A command in the journal.
 *
 * @param sequence grows with every command accepted, so that a restart keeps their order
 * @param command the command
 */
record StoredCommand(long sequence, HostCommand command) {}
