/**
 * A client of the manager's REST API, for the command line and for programs.
 *
 * <p>{@link io.keymoor.cli.client.ManagerContext} says where the manager is and who asks; {@link
 * io.keymoor.cli.client.ManagerClient} has one method per call; every failure is a {@link
 * io.keymoor.cli.client.ClientFailure} whose message is a sentence for people.
 */
@NullMarked
package io.keymoor.cli.client;

import org.jspecify.annotations.NullMarked;
